import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { segmentationService } from '#main/host/segmentationService.ts';
import { openSettings } from '#main/host/settings.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { CT_SERIES, ctSlice, store, structureSet } from '../archive/objects.ts';
import { serverScene } from './scene.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A segmentation service on loopback. */
async function standIn(answer: Answer): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/run`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The service of the settings over an archive with two slices. */
async function asking(url: string | undefined, timeoutSeconds = 30) {
  const scene = await serverScene();
  for (const slice of [ctSlice(1), ctSlice(2)]) await store(scene.archive, slice);
  const [{ key }] = await scene.client.patients.list({});
  const file = join(scene.dir, 'own.json');
  const segmentation = { name: 'Autocontour', url, token: 'secret', timeoutSeconds };
  await writeFile(file, JSON.stringify({ version: 1, ...(url === undefined ? {} : { segmentation }) }));
  const service = segmentationService(scene.archive, await openSettings(file));
  return {
    scene,
    key,
    service,
    run: (signal?: AbortSignal) => service.run(key, CT_SERIES, signal),
    [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
  };
}

const dicom = (response: ServerResponse, bytes: Uint8Array): void => {
  response.writeHead(200, { 'Content-Type': 'application/dicom' }).end(bytes);
};

describe('the segmentation service', () => {
  it('is sent the series as DICOM with the token, and its structure set comes back', async () => {
    let seen = { authorization: '', type: '', parts: 0, bytes: 0 };
    await using service = await standIn((request, response, body) => {
      const text = body.toString('latin1');
      const { authorization = '', 'content-type': type = '' } = request.headers;
      seen = {
        authorization,
        type,
        parts: text.split('Content-Type: application/dicom').length - 1,
        bytes: body.length,
      };
      dicom(response, structureSet(CT_SERIES));
    });
    await using asked = await asking(service.url);
    const set = readStructures(await asked.run());
    expect(set.referencedSeriesUid).toBe(CT_SERIES);
    expect(seen).toMatchObject({ authorization: 'Bearer secret', parts: 2 });
    expect(seen.type).toMatch(/^multipart\/related; type="application\/dicom"/);
    expect(seen.bytes).toBeGreaterThan(ctSlice(1).length + ctSlice(2).length);
  });

  it('may answer with a multipart of one object', async () => {
    await using service = await standIn((_, response) => {
      response.writeHead(200, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' });
      const head = Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n');
      response.end(Buffer.concat([head, structureSet(CT_SERIES), Buffer.from('\r\n--b--\r\n')]));
    });
    await using asked = await asking(service.url);
    expect(readStructures(await asked.run()).referencedSeriesUid).toBe(CT_SERIES);
  });

  it.each<[string, Answer, object]>([
    ['a refusal', (_, response) => void response.writeHead(401).end('who are you'), { code: 'UNAUTHORIZED' }],
    [
      'a failure',
      (_, response) => void response.writeHead(500).end('out of memory'),
      { code: 'NETWORK', message: 'answered 500 out of memory' },
    ],
    [
      'a web page',
      (_, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
      { code: 'UNSUPPORTED_OBJECT' },
    ],
    ['nothing', (_, response) => dicom(response, new Uint8Array()), { code: 'DECODE_FAILED' }],
    ['a broken connection', (request) => void request.socket.destroy(), { code: 'NETWORK' }],
  ])('names %s', async (_, answer, error) => {
    await using service = await standIn(answer);
    await using asked = await asking(service.url);
    await expect(asked.run()).rejects.toMatchObject(error);
  });

  it('is given up on in time, and when cancelled', async () => {
    await using service = await standIn(() => undefined);
    await using asked = await asking(service.url, 1);
    await expect(asked.run()).rejects.toMatchObject({ code: 'NETWORK', message: 'did not answer within 1 s' });
    const abort = new AbortController();
    const running = asked.run(abort.signal);
    setTimeout(() => abort.abort(), 100);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('that is not configured is said so, through the door of the page too', async () => {
    await using asked = await asking(undefined);
    await expect(asked.run()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await asked.scene.client.segmentation.service()).toEqual({});
    await expect(
      asked.scene.client.segmentation.run({ patientKey: asked.key, seriesInstanceUid: CT_SERIES }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', message: /no segmentation service is configured/ });
  });
});
