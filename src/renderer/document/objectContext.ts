import { rpc } from '#renderer/client/rpc.ts';
import { operatorName } from '#renderer/stores/operatorStore.ts';
import { newUid } from '#shared/dicom/uid.ts';
import type { ObjectContext } from '#shared/model/context.ts';
import type { ClinicalDocument } from './records.ts';

/** Identity and UIDs for a new object of the document's patient and study, in a series of its own. */
export async function objectContext(
  document: Pick<ClinicalDocument, 'patient' | 'study'>,
  seriesNumber: number,
  seriesDescription: string,
): Promise<ObjectContext> {
  const { version } = await rpc.system.info();
  return {
    patient: document.patient,
    study: document.study,
    now: localIso(new Date()),
    operator: operatorName(),
    softwareVersion: version,
    seriesInstanceUid: newUid(),
    seriesNumber,
    seriesDescription,
    sopInstanceUid: newUid(),
  };
}

/** ISO 8601 without zone, in local time, as DICOM DA and TM are. */
export function localIso(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
