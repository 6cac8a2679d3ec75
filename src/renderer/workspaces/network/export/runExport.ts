import { rpc } from '#renderer/client/rpc.ts';
import type { ExportEvent, ExportReport, ExportRequest } from '#shared/contract/rpc/deidentify.ts';

type OnProgress = (done: number, total: number) => void;

/** Exports into a ZIP file that the browser saves. */
export async function download(
  request: ExportRequest,
  fileName: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ExportReport> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const events = await rpc.deidentify.download(request, { signal });
  const report = await follow(events, onProgress, (data) => parts.push(bytesOf(data)));
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/zip' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser takes the address over with the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return report;
}

/** Exports to a node. */
export async function sendTo(
  nodeId: string,
  request: ExportRequest,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ExportReport> {
  return follow(await rpc.deidentify.send({ ...request, nodeId }, { signal }), onProgress, () => undefined);
}

async function follow(
  events: AsyncIterable<ExportEvent>,
  onProgress: OnProgress,
  onBytes: (data: string) => void,
): Promise<ExportReport> {
  let report: ExportReport | undefined;
  for await (const event of events) {
    if (event.event === 'progress') onProgress(event.done, event.total);
    else if (event.event === 'bytes') onBytes(event.data);
    else ({ report } = event);
  }
  if (report === undefined) throw new Error('the export ended without a report');
  return report;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
