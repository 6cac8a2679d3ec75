import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { newUid } from '#shared/dicom/uid.ts';
import type { ObjectContext } from '#shared/model/context.ts';
import { projectRoot } from '#main/host/paths.ts';

/** What the writer of a new object fills in itself; patient and study come from what the object is about. */
export function objectContext(
  about: Pick<ObjectContext, 'patient' | 'study'>,
  seriesDescription: string,
  seriesNumber: number,
  uids: Partial<Pick<ObjectContext, 'sopInstanceUid' | 'seriesInstanceUid'>> = {},
): ObjectContext {
  return {
    patient: about.patient,
    study: about.study,
    now: localTime(new Date()),
    operator: userInfo().username,
    softwareVersion: softwareVersion(),
    seriesInstanceUid: uids.seriesInstanceUid ?? newUid(),
    seriesNumber,
    seriesDescription,
    sopInstanceUid: uids.sopInstanceUid ?? newUid(),
  };
}

export function softwareVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** ISO 8601 in local time without zone, as DICOM dates and times are. */
function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
