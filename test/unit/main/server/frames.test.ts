import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { framesOf } from '#main/server/dicomweb/frames.ts';
import { CT_SERIES, ctSlice, STUDY, store } from '../archive/objects.ts';
import { partsOf } from './multipartBody.ts';
import { type Scene, serverScene } from './scene.ts';

const INSTANCE = `/dicom-web/studies/${STUDY}/series/${CT_SERIES}/instances/1.2.3.2.1`;

async function parts(scene: Scene, path: string, accept?: string) {
  const response = await scene.fetch(path, { headers: accept === undefined ? {} : { accept } });
  expect(response.status).toBe(200);
  return partsOf(response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer()));
}

describe('frames, bulk data and pictures of an instance', () => {
  const pixels = Uint16Array.of(0, 100, 200, 300, 0, 0, 1000, 0);

  it('gives frames as raw samples, in the order asked for', async () => {
    await using scene = await serverScene();
    await store(scene.archive, ctSlice(1, { NumberOfFrames: 2, PixelData: pixels }));
    const [second, first] = await parts(scene, `${INSTANCE}/frames/2,1`);
    expect([...new Uint16Array(new Uint8Array(first.body).buffer)]).toEqual([0, 100, 200, 300]);
    expect([...new Uint16Array(new Uint8Array(second.body).buffer)]).toEqual([0, 0, 1000, 0]);
    expect(first.headers).toContain('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1');
  });

  it('tells where a large value lies, and gives it there, within sequences too', async () => {
    await using scene = await serverScene();
    const large = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
    const nested = { PixelData: pixels, '6000,3000:OW': large };
    await store(scene.archive, ctSlice(1, { '0009,1001:OB': large, IconImageSequence: [nested, nested] }));
    const [metadata] = (await (await scene.fetch(`${INSTANCE}/metadata`)).json()) as Record<
      string,
      { BulkDataURI?: string; Value?: Record<string, { BulkDataURI?: string }>[] }
    >[];
    const uris = [metadata['00091001'].BulkDataURI, metadata['00880200'].Value?.[1]['60003000'].BulkDataURI];
    for (const uri of uris) {
      expect(uri).toContain(`${INSTANCE}/bulkdata/`);
      const [part] = await parts(scene, uri ?? '');
      expect(part.body.equals(large)).toBe(true);
    }
  });

  it('paints a frame through the asked window', async () => {
    await using scene = await serverScene();
    await store(
      scene.archive,
      ctSlice(1, { NumberOfFrames: 2, PixelData: pixels, RescaleSlope: 1, RescaleIntercept: -100 }),
    );
    const picture = async (query: string): Promise<number[]> => {
      const response = await scene.fetch(`${INSTANCE}${query}`, { headers: { accept: 'image/png' } });
      expect(response.headers.get('content-type')).toBe('image/png');
      const png = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
      return [0, 1, 2, 3].map((p) => png.data[4 * p]);
    };
    // PS3.3 C.11.2.1.2.1 by hand: y = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255 for x = -100, 0, 100, 200, c = 50.5, w = 201.
    expect(await picture('/rendered?window=50.5,201')).toEqual([0, 64, 191, 255]);
    // Without a window the frame's own range: -100 (black) to 900 (white).
    expect(await picture('/frames/2/rendered')).toEqual([0, 0, 255, 0]);
    expect((await scene.fetch(`${INSTANCE}/rendered?window=1`)).status).toBe(400);
  });
});

const COMPRESSED = resolve('../shared/data/ct_one_slice_all_transfer_syntaxes');
const folder = existsSync(COMPRESSED) ? COMPRESSED : undefined;

describe.skipIf(folder === undefined)('compressed frames', () => {
  it('are given as they are, or decoded for who takes raw samples only', async () => {
    let seen = 0;
    for (const name of readdirSync(folder ?? '.', { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.dcm')) continue;
      const file = readPart10(new Uint8Array(readFileSync(join(folder ?? '.', name))), name);
      const fragments = file.dataset.element('PixelData')?.fragments;
      if (fragments === undefined || (file.dataset.number('NumberOfFrames') ?? 1) > 1) continue;
      const [asIs] = await framesOf(file, [1], undefined);
      expect(asIs.contentType).toContain(file.transferSyntaxUid);
      expect(Buffer.from(asIs.bytes).equals(Buffer.concat(fragments.slice(1))), name).toBe(true);
      if ((file.dataset.number('SamplesPerPixel') ?? 1) !== 1) continue;
      const [raw] = await framesOf(file, [1], 'multipart/related; type="application/octet-stream"');
      const words = await decodePixels(file);
      expect(Buffer.from(raw.bytes).equals(Buffer.from(words.buffer, words.byteOffset, words.byteLength)), name).toBe(
        true,
      );
      seen++;
    }
    expect(seen).toBeGreaterThan(0);
  });
});
