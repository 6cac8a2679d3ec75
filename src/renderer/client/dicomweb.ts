import { type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';
import { boundaryOf, readMultipart, writeMultipart } from './multipart.ts';

const ROOT = '/dicom-web';
const ORIGINAL = 'multipart/related; type="application/dicom"; transfer-syntax=*';

/** Whose objects: corrected demographics can leave two patients with the same UIDs in the archive, and then only this tells them apart. */
interface Owner {
  /** The archive's key of the patient. */
  readonly patientKey: string;
}

export interface RetrieveOptions extends Owner {
  readonly signal?: AbortSignal;
  /** Called as instances arrive; `total` only when the archive announced it. */
  readonly onProgress?: (instances: number, bytes: number, total: number | undefined) => void;
}

export interface InstanceOptions extends Owner {
  /** Which of several objects with one SOP Instance UID and different bytes (0 = the first). */
  readonly variant?: number;
  readonly signal?: AbortSignal;
}

export interface StowResult {
  /** SOP Instance UIDs now in the archive. */
  readonly stored: readonly string[];
  readonly failed: readonly { readonly sopInstanceUid: string; readonly reason: string }[];
}

/** One instance as the archive keeps it (WADO-RS, PS3.18 10.4): a Part 10 file, byte for byte. */
export async function retrieveInstance(
  study: string,
  series: string,
  sop: string,
  { patientKey, variant = 0, signal }: InstanceOptions,
): Promise<Uint8Array> {
  const query = `?patient=${encodeURIComponent(patientKey)}${variant === 0 ? '' : `&variant=${variant}`}`;
  const files = await retrieve(`/studies/${study}/series/${series}/instances/${sop}${query}`, { signal });
  if (files.length !== 1)
    throw new IsocenterError('NETWORK', `expected one instance, got ${files.length}`, { object: sop });
  return files[0];
}

/** All instances of a series, in the order the archive sends them. */
export async function retrieveSeries(study: string, series: string, options: RetrieveOptions): Promise<Uint8Array[]> {
  return retrieve(`/studies/${study}/series/${series}?patient=${encodeURIComponent(options.patientKey)}`, options);
}

async function retrieve(
  path: string,
  { signal, onProgress }: Omit<RetrieveOptions, 'patientKey'>,
): Promise<Uint8Array[]> {
  const response = await request(path, { headers: { accept: ORIGINAL }, signal });
  const announced = Number(response.headers.get('x-instance-count') ?? '');
  const total = announced > 0 ? announced : undefined;
  if (response.body === null) throw new IsocenterError('NETWORK', 'the archive sent no body', { object: path });
  const files: Uint8Array[] = [];
  let bytes = 0;
  const boundary = boundaryOf(response.headers.get('content-type'));
  for await (const file of readMultipart(chunksOf(response.body), boundary, (count) => (bytes = count))) {
    files.push(file);
    onProgress?.(files.length, bytes, total);
  }
  if (total !== undefined && files.length !== total)
    throw new IsocenterError('TRUNCATED', `the archive sent ${files.length} of ${total} instances`, { object: path });
  return files;
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** Stores Part 10 files (STOW-RS, PS3.18 10.5). Failures of single instances are in the result, not thrown. */
export async function storeInstances(files: readonly Uint8Array[]): Promise<StowResult> {
  const boundary = `isocenter-${crypto.randomUUID()}`;
  const response = await request(
    '/studies',
    {
      method: 'POST',
      headers: {
        'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
        accept: 'application/dicom+json',
      },
      body: writeMultipart(files, boundary),
    },
    // 409: none stored, 202: some; the body says which (PS3.18 table 10.5.3-1).
    [409],
  );
  return readStowResponse(await response.json());
}

type JsonItem = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>;

/** Failure Reasons that the standard names (PS3.18 table 10.5.3-2 and PS3.4 C-STORE statuses). */
function reasonText(code: unknown): string {
  const hex = typeof code === 'number' ? code.toString(16).toUpperCase().padStart(4, '0') : '';
  const names: Record<string, string> = {
    '0110': 'processing failure',
    '0122': 'SOP class not supported',
    A700: 'out of resources',
    A900: 'data set does not match its SOP class',
    C000: 'cannot understand',
    C122: 'transfer syntax not supported',
  };
  return `${names[hex] ?? 'refused'}${hex === '' ? '' : ` (${hex}H)`}`;
}

/** Store Instances Response Module in DICOM JSON (PS3.18 table I.2-1). */
export function readStowResponse(json: unknown): StowResult {
  const first: unknown = Array.isArray(json) ? json[0] : json;
  if (typeof first !== 'object' || first === null)
    throw new IsocenterError('NETWORK', 'the archive answered a store with no data set');
  const items = (tag: string): JsonItem[] => ((first as JsonItem)[tag]?.Value ?? []) as JsonItem[];
  const uid = (item: JsonItem): string => {
    const value = item['00081155']?.Value?.[0];
    return typeof value === 'string' ? value : '';
  };
  return {
    stored: items('00081199').map(uid),
    failed: items('00081198').map((item) => ({
      sopInstanceUid: uid(item),
      reason: reasonText(item['00081197']?.Value?.[0]),
    })),
  };
}

async function request(path: string, init: RequestInit, accepted: readonly number[] = []): Promise<Response> {
  const url = new URL(ROOT + path, globalThis.location.href);
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw new IsocenterError('CANCELLED', 'cancelled by the user', { cause: error });
    throw new IsocenterError('NETWORK', 'the archive does not answer', { object: path, cause: error });
  }
  if (response.ok || accepted.includes(response.status)) return response;
  throw await errorOf(response, path);
}

async function errorOf(response: Response, path: string): Promise<IsocenterError> {
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as { code?: string; message?: string };
    if (body.code !== undefined && body.message !== undefined)
      // The message is the whole line (code, object, attribute) already.
      return new IsocenterError(body.code as ErrorCode, body.message.replace(`${body.code}: `, ''));
  } catch {
    // Not ours: say the status instead.
  }
  const code = response.status === 404 ? 'NOT_FOUND' : response.status === 401 ? 'UNAUTHORIZED' : 'NETWORK';
  return new IsocenterError(code, `the archive answered ${response.status} ${response.statusText}`, { object: path });
}
