import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Contour } from '#shared/model/structures.ts';

/** Planar contours of a VTK polygonal file as SlicerRT writes it: zlib blocks in base64, coordinates in RAS; here as closed LPS contours. */
export function readPolylines(file: string): { name: string; contours: Contour[] } {
  const text = readFileSync(file, 'latin1');
  const array = (within: string, name: string): Buffer => {
    const part = new RegExp(`<${within}>([\\s\\S]*?)</${within}>`).exec(text)?.[1] ?? '';
    const found = new RegExp(`Name="${name}"[^>]*>\\s*([A-Za-z0-9+/=]+)`).exec(part)?.[1];
    if (found === undefined) throw new Error(`${file}: no ${name}`);
    return blocks(found);
  };
  const values = array('Points', 'Points');
  const at = (index: number): number[] => [0, 4, 8].map((offset) => values.readFloatLE(12 * index + offset));
  const connectivity = array('Lines', 'connectivity');
  const offsets = array('Lines', 'offsets');
  const contours: Contour[] = [];
  let from = 0;
  for (let line = 0; line < offsets.length / 8; line++) {
    const to = Number(offsets.readBigInt64LE(8 * line));
    const ids = Array.from({ length: to - from }, (_, n) => Number(connectivity.readBigInt64LE(8 * (from + n))));
    // The first vertex is repeated at the end.
    if (ids[0] === ids[ids.length - 1]) ids.pop();
    const points = Float64Array.from(ids.flatMap((id) => at(id)).map((value, n) => (n % 3 === 2 ? value : -value)));
    contours.push({ type: 'CLOSED_PLANAR', points });
    from = to;
  }
  return { name: array('FieldData', 'Segment_Name').toString('latin1').replaceAll('\0', ''), contours };
}

/** Header (number of blocks, their size, the last one's, packed sizes) and blocks are encoded apart. */
function blocks(base64: string): Buffer {
  const count = Buffer.from(base64.slice(0, 16), 'base64').readUInt32LE(0);
  const headEnd = Math.ceil((4 * (3 + count)) / 3) * 4;
  const head = Buffer.from(base64.slice(0, headEnd), 'base64');
  const body = Buffer.from(base64.slice(headEnd), 'base64');
  const unpacked: Buffer[] = [];
  let at = 0;
  for (let block = 0; block < count; block++) {
    const size = head.readUInt32LE(12 + 4 * block);
    unpacked.push(inflateSync(body.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(unpacked);
}
