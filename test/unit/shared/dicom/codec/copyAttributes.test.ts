import { expect, test } from 'vitest';
import { copyAttributes } from '#shared/dicom/codec/copyAttributes.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { RT_PLAN } from '#shared/dicom/uid.ts';

const set = readPart10(
  writePart10({
    SOPClassUID: RT_PLAN,
    SOPInstanceUID: '1.2.3',
    PatientName: 'Müller^Jürgen',
    BeamNumber: 7,
    SourceAxisDistance: 1000.25,
    // FL: a binary number, as no text is.
    VirtualSourceAxisDistances: [2000.5, 2560],
    BeamSequence: [{ BeamNumber: 1 }],
    RTPlanLabel: '',
    // A tag that no dictionary has.
    '300A,FFF0:OB': Uint8Array.of(1, 2),
    '300B,0010:LO': 'SOMEBODY',
    '300B,1001:LO': 'their own',
  }),
).dataset;

test('text, numbers of either kind, items and bytes come out as they were; empty and private ones do not', () => {
  const again = readPart10(writePart10(copyAttributes(set))).dataset;
  const tags = [...set.elements.keys()].filter((tag) => ((tag >>> 16) & 1) === 0 && set.has(tag));
  expect([...again.elements.keys()].toSorted((a, b) => a - b)).toEqual(tags.toSorted((a, b) => a - b));
  for (const tag of tags)
    if (set.element(tag)?.items === undefined) expect(again.bytes(tag), tag.toString(16)).toEqual(set.bytes(tag));
  expect(again.numbers('VirtualSourceAxisDistances')).toEqual([2000.5, 2560]);
  expect(again.sequence('BeamSequence')[0].number('BeamNumber')).toBe(1);
});

test('only what is wanted is copied', () => {
  expect(copyAttributes(set, (tag) => tag >>> 16 === 0x0010)).toEqual({ PatientName: 'Müller^Jürgen' });
});
