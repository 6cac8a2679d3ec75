import type { Archive, StoreResult } from '#main/archive/types.ts';
import { describeError, type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';
import type { AppServices } from '../services.ts';
import { parseMedia } from '#main/dicomweb/media.ts';
import type { JsonDataSet } from '#main/dicomweb/jsonModel.ts';
import { type Part, readParts } from '#main/dicomweb/multipart.ts';

/** Failure Reason (0008,1197): PS3.18 table I.2-2 and the storage statuses of PS3.4 table B.2-1. */
const OUT_OF_RESOURCES = 0xa700;
const MISMATCH = 0xa900;
const CANNOT_UNDERSTAND = 0xc000;
const PROCESSING_FAILURE = 0x0110;

interface Failure {
  readonly reason: number;
  readonly error: unknown;
}

/** Stores every part of the request; one bad part never stops the rest (PS3.18 10.5). `study` when the path names one. */
export async function storeInstances(services: AppServices, request: Request, study?: string): Promise<Response> {
  const [media] = parseMedia(request.headers.get('content-type') ?? '');
  const { boundary, type } = media?.parameters ?? {};
  if (
    media?.type !== 'multipart/related' ||
    !boundary ||
    (type !== undefined && type.toLowerCase() !== 'application/dicom')
  )
    return new Response('multipart/related; type="application/dicom"; boundary=… is stored here', { status: 415 });
  if (!request.body) return new Response('no body', { status: 400 });

  const stored: StoreResult[] = [];
  const failed: Failure[] = [];
  try {
    for await (const part of readParts(request.body, boundary)) {
      try {
        stored.push(await storePart(services.archive, part, study));
      } catch (error) {
        // A body that broke off has no further parts.
        if (error instanceof IsocenterError && error.code === 'TRUNCATED' && error.object === undefined) throw error;
        failed.push({ reason: failureReason(error), error });
      }
    }
  } catch (error) {
    failed.push({ reason: failureReason(error), error });
  }
  for (const { error } of failed) services.log.warning(`STOW-RS refused an object: ${describeError(error)}`);
  const status = failed.length === 0 && stored.length > 0 ? 200 : stored.length === 0 ? 409 : 202;
  return Response.json(resultDataSet(stored, failed, new URL(request.url)), {
    status,
    headers: { 'Content-Type': 'application/dicom+json' },
  });
}

async function storePart(archive: Archive, part: Part, study: string | undefined): Promise<StoreResult> {
  const [media] = parseMedia(part.headers['content-type'] ?? 'application/dicom');
  if (media?.type !== 'application/dicom')
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${media?.type} is not stored here`, { object: 'a part' });
  const receiving = await archive.receive({
    source: 'STOW-RS',
    studyInstanceUid: study,
    name: 'an object sent by STOW-RS',
  });
  try {
    for await (const chunk of part.body) await receiving.write(chunk);
    return await receiving.commit();
  } catch (error) {
    await receiving.abort();
    throw error;
  }
}

function failureReason(error: unknown): number {
  const code: ErrorCode = error instanceof IsocenterError ? error.code : 'INTERNAL';
  if (code === 'STORAGE') return OUT_OF_RESOURCES;
  if (code === 'REFERENCE') return MISMATCH;
  return code === 'INTERNAL' ? PROCESSING_FAILURE : CANNOT_UNDERSTAND;
}

/** Store Instances Response, PS3.18 table 10.5.3-1. Objects that could not be identified go to Other Failures. */
function resultDataSet(stored: readonly StoreResult[], failed: readonly Failure[], url: URL): JsonDataSet {
  const studies = new Set(stored.map((result) => result.studyInstanceUid));
  const base = `${url.protocol}//${url.host}`;
  const studyUrl = (uid: string): string => `${base}/dicom-web/studies/${uid}`;
  const result: JsonDataSet = {};
  if (studies.size === 1) result['00081190'] = { vr: 'UR', Value: [studyUrl([...studies][0])] };
  if (stored.length > 0)
    result['00081199'] = {
      vr: 'SQ',
      Value: stored.map((one) => ({
        '00081150': { vr: 'UI', Value: [one.sopClassUid] },
        '00081155': { vr: 'UI', Value: [one.sopInstanceUid] },
        '00081190': {
          vr: 'UR',
          Value: [`${studyUrl(one.studyInstanceUid)}/series/${one.seriesInstanceUid}/instances/${one.sopInstanceUid}`],
        },
        // Coercion of Data Elements (B000) is the nearest the standard has to "stored, but look at it".
        ...(one.outcome === 'conflict' ? { '00081196': { vr: 'US', Value: [0xb000] } } : {}),
      })),
    };
  if (failed.length > 0)
    result['0008119A'] = {
      vr: 'SQ',
      Value: failed.map(({ reason, error }) => ({
        '00081197': { vr: 'US', Value: [reason] },
        '00000902': { vr: 'LO', Value: [describeError(error).slice(0, 64)] },
      })),
    };
  return result;
}
