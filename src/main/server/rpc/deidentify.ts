import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Archive, StoredObject } from '#main/archive/types.ts';
import {
  deidentifyObjects,
  type ExportedObject,
  type ExportReport as Deidentified,
  inspectObjects,
} from '#main/services/export/deidentified.ts';
import { ZipWriter } from '#main/services/export/zip.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import type { ExportEvent, ExportReport, ExportRequest } from '#shared/contract/rpc/deidentify.ts';
import { NOTHING_KEPT } from '#shared/deidentify/options.ts';
import { createChannel } from '../channel.ts';
import type { AppServices } from '../services.ts';
import { asRpcError, type Implementer } from './base.ts';

/** Bytes in one event. */
const PIECE = 384 * 1024;

export const deidentifyRouter = (rpc: Implementer, services: AppServices) => ({
  inspect: rpc.deidentify.inspect.handler(async ({ input, signal }) => {
    const objects = await chosen(services.archive, input);
    const findings = await inspectObjects(objects, input.deidentify ?? NOTHING_KEPT, signal);
    return { objects: objects.length, findings: [...findings] };
  }),
  download: rpc.deidentify.download.handler(({ input, signal }) =>
    events(services, (outlet) => download(services, input, outlet, signal)),
  ),
  send: rpc.deidentify.send.handler(({ input, signal }) =>
    events(services, (outlet) => send(services, input, outlet, signal)),
  ),
});

/** Where events go; `room` waits while the page has not taken what was pushed. */
interface Outlet {
  push(event: ExportEvent): void;
  room(): Promise<void>;
}

/** Events that may wait for the page: some megabytes. */
const MAX_WAITING = 32;

async function* events(
  services: AppServices,
  run: (outlet: Outlet) => Promise<ExportReport>,
): AsyncGenerator<ExportEvent> {
  const channel = createChannel<ExportEvent>();
  let waiting = 0;
  let taken: () => void = () => undefined;
  const outlet: Outlet = {
    push(event) {
      waiting++;
      channel.push(event);
    },
    async room() {
      while (waiting > MAX_WAITING)
        await new Promise<void>((resolve) => {
          taken = resolve;
        });
    },
  };
  void run(outlet).then(
    (report) => {
      const behind = report.refused.length + report.failed.length;
      services.log.info(`export: ${report.objects} objects, ${behind} stayed behind`);
      channel.push({ event: 'report', report });
      channel.close();
    },
    (error: unknown) => channel.close(asRpcError(error, services.log)),
  );
  for (let event = await channel.next(); event !== undefined; event = await channel.next()) {
    yield event;
    waiting--;
    taken();
  }
}

/** The objects meant. @throws NOT_FOUND */
async function chosen(archive: Archive, { patientKey, series, objects }: ExportRequest): Promise<StoredObject[]> {
  const found = new Map<string, StoredObject>();
  for (const seriesInstanceUid of series)
    for (const object of await archive.locate({ patientKey, seriesInstanceUid }))
      if (!found.has(object.sopInstanceUid)) found.set(object.sopInstanceUid, object);
  for (const uid of objects) found.set(uid, await archive.find(uid, { patientKey }));
  if (found.size === 0) throw new IsocenterError('NOT_FOUND', 'nothing was chosen');
  await archive.bring([...found.values()]);
  return [...found.values()];
}

/** Hands each object on its way out to `take`, cleaned where that is asked for. */
async function exportEach(
  services: AppServices,
  request: ExportRequest,
  take: (object: ExportedObject) => Promise<void>,
  outlet: Outlet,
  signal: AbortSignal | undefined,
): Promise<Deidentified> {
  const objects = await chosen(services.archive, request);
  const onProgress = (done: number, total: number): void => outlet.push({ event: 'progress', done, total });
  onProgress(0, objects.length);
  if (request.deidentify !== undefined) {
    const secret = request.secret === undefined ? randomBytes(32) : Buffer.from(request.secret);
    return deidentifyObjects(objects, request.deidentify, secret, take, { signal, onProgress });
  }
  for (const [n, original] of objects.entries()) {
    throwIfCancelled(signal);
    const { sopInstanceUid, modality, file } = original;
    const bytes = await readFile(file);
    await take({ name: `${modality || 'OT'}.${sopInstanceUid}.dcm`, original, sopInstanceUid, bytes });
    onProgress(n + 1, objects.length);
  }
  return { objects: objects.length, changes: {}, findings: [], refused: [] };
}

const asReport = (done: Deidentified, failed: ExportReport['failed']): ExportReport => ({
  objects: done.objects - failed.length,
  changes: { ...done.changes },
  findings: [...done.findings],
  refused: [...done.refused],
  failed,
});

async function download(
  services: AppServices,
  request: ExportRequest,
  outlet: Outlet,
  signal: AbortSignal | undefined,
): Promise<ExportReport> {
  const zip = new ZipWriter();
  const pushBytes = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += PIECE)
      outlet.push({ event: 'bytes', data: Buffer.from(bytes.subarray(at, at + PIECE)).toString('base64') });
  };
  const report = await exportEach(
    services,
    request,
    async ({ name, bytes }) => {
      pushBytes(zip.add(name, bytes));
      await outlet.room();
    },
    outlet,
    signal,
  );
  pushBytes(zip.finish());
  return asReport(report, []);
}

async function send(
  services: AppServices,
  request: ExportRequest & { readonly nodeId: string },
  outlet: Outlet,
  signal: AbortSignal | undefined,
): Promise<ExportReport> {
  const node = await services.nodes.get(request.nodeId);
  const folder = await mkdtemp(join(tmpdir(), 'isocenter-export-'));
  try {
    const files: { path: string; sopInstanceUid: string }[] = [];
    const report = await exportEach(
      services,
      request,
      async ({ name, sopInstanceUid, bytes }) => {
        const path = join(folder, name);
        await writeFile(path, bytes, { mode: 0o600 });
        files.push({ path, sopInstanceUid });
      },
      outlet,
      signal,
    );
    const failed: ExportReport['failed'] = [];
    let done = 0;
    await sendFiles(
      node,
      services.caller(),
      files,
      ({ sopInstanceUid, ok, status, reason }) => {
        if (!ok) failed.push({ sopInstanceUid, reason: `${status} ${reason}` });
        outlet.push({ event: 'progress', done: ++done, total: files.length });
      },
      signal,
    );
    return asReport(report, failed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
