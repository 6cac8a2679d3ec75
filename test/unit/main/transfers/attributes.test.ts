import { describe, expect, it } from 'vitest';
import { readRouteAttributes } from '#main/transfers/routing/attributes.ts';
import { ctSlice } from '#test/unit/main/archive/objects.ts';

/** An object in memory that tells how much of it was read. */
function inMemory(bytes: Uint8Array) {
  const read: number[] = [];
  return {
    bytes: bytes.length,
    read: async (start: number, end: number) => {
      read.push(end);
      return bytes.subarray(start, end);
    },
    lengths: read,
  };
}

describe('what rules ask of an object', () => {
  it('is read from its beginning, whatever follows', async () => {
    const pixels = new Uint16Array(500_000);
    const object = inMemory(
      ctSlice(1, { StationName: 'SIM1', InstitutionName: 'Klinik', Rows: 500, Columns: 1000, PixelData: pixels }),
    );
    const values = await readRouteAttributes(object, 'CT');
    expect([values.get('StationName'), values.get('InstitutionName'), values.get('Manufacturer')]).toEqual([
      'SIM1',
      'Klinik',
      '',
    ]);
    expect(object.lengths).toEqual([65536]);
  });

  it('is found behind long attributes, and in a deflated data set', async () => {
    const ReferencedImageSequence = Array.from({ length: 2000 }, (_, n) => ({
      ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      ReferencedSOPInstanceUID: `1.2.3.4.5.6.7.8.9.10.${n}`,
    }));
    const long = inMemory(ctSlice(1, { ReferencedImageSequence, BodyPartExamined: 'CHEST' }));
    expect((await readRouteAttributes(long, 'CT')).get('BodyPartExamined')).toBe('CHEST');
    expect(long.lengths).toEqual([65536, long.bytes]);
    const deflated = inMemory(ctSlice(1, { StationName: 'SIM2' }, '1.2.840.10008.1.2.1.99'));
    expect((await readRouteAttributes(deflated, 'CT')).get('StationName')).toBe('SIM2');
  });

  it('is refused for what is no object', async () => {
    await expect(readRouteAttributes(inMemory(Buffer.from('hello, this is text')), 'text')).rejects.toMatchObject({
      code: 'NOT_DICOM',
    });
  });
});
