import { afterEach, describe, expect, it } from 'vitest';
import { openDocument } from '#renderer/document/store.ts';
import { doseLabelPainter } from '#renderer/viewports/painters/dose/doseLabelPainter.ts';
import { isodoseLines } from '#renderer/viewports/painters/dose/isodoseLines.ts';
import { isodosePainter } from '#renderer/viewports/painters/dose/isodosePainter.ts';
import {
  DEFAULT_LEVELS,
  maximumDose,
  referenceDose,
  useIsodoseView,
} from '#renderer/viewports/painters/dose/isodoseView.ts';
import { type Grid, indexToPatient } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { dose as builtDose } from '#test/builders/dose.ts';
import { testDocument, testDose, testImage } from '../document/documentBuilder.ts';
import { viewAt } from '../tools/toolDriver.ts';
import { boxOf, recorder } from './recorder.ts';

const image = testImage();
const GRID: Grid = {
  dims: [61, 61, 41],
  spacing: [2.5, 2.5, 2.5],
  origin: [-75.7, -75.2, -50.3],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

/** 60 Gy in the middle, falling by 0.5 Gy per mm of distance from the LPS origin: the isodose of 40 Gy is a sphere of 40 mm. */
function coneDose(): DoseVolume {
  const data = new Float32Array(61 * 61 * 41);
  for (let k = 0, p = 0; k < 41; k++)
    for (let j = 0; j < 61; j++)
      for (let i = 0; i < 61; i++, p++)
        data[p] = Math.max(0, 60 - 0.5 * Math.hypot(...indexToPatient(GRID, [i, j, k])));
  return { ...testDose(), ...GRID, data };
}
const dose = coneDose();

afterEach(() => {
  openDocument(null);
  useIsodoseView.setState({ unit: 'percent', levels: DEFAULT_LEVELS });
});

describe('isodose lines', () => {
  it.each([
    ['axial', 0, 40], ['sagittal', 0, 40], ['coronal', 0, 40],
  ] as const)('cut the 40 Gy sphere on the %s plane in a closed circle of 40 mm, in patient coordinates', (plane, _at, radius) => {
    const lines = isodoseLines(dose, viewAt(image, plane, [0, 0, 0]), 40);
    expect(lines).toHaveLength(1);
    expect(lines[0].closed).toBe(true);
    for (let i = 0; i < lines[0].points.length; i += 3) {
      const [x, y, z] = lines[0].points.slice(i, i + 3);
      expect(Math.abs(Math.hypot(x, y, z) - radius)).toBeLessThan(0.15);
    }
  }); // biome-ignore format: a table

  it('shrink off the centre as the sphere does', () => {
    const [line] = isodoseLines(dose, viewAt(image, 'axial', [0, 0, 25]), 40);
    expect(line.points[2]).toBeCloseTo(25, 9);
    expect(Math.hypot(line.points[0], line.points[1])).toBeCloseTo(Math.sqrt(40 * 40 - 25 * 25), 0);
  });

  it('are kept per plane and level', () => {
    const view = viewAt(image, 'axial', [0, 0, 5]);
    expect(isodoseLines(dose, view, 40)).toBe(isodoseLines(dose, viewAt(image, 'axial', [9, 9, 5]), 40));
    expect(isodoseLines(dose, view, 50)).not.toBe(isodoseLines(dose, view, 40));
  });

  it('do not exist beyond the dose grid', () => {
    expect(isodoseLines(dose, viewAt(image, 'axial', [0, 0, 90]), 1)).toEqual([]);
  });
});

describe('dose label', () => {
  const texts = (changes: Parameters<typeof testDocument>[0], width?: number): string[] => {
    useIsodoseView.setState({ linesVisible: true });
    openDocument(testDocument(changes));
    const { context, drawn } = recorder();
    const view = viewAt(image, 'axial', [0, 0, 0]);
    doseLabelPainter.paint(context, { ...view, width: width ?? view.width });
    return drawn.flatMap(({ text }) => text ?? []);
  };

  it('says of a dose of ours that belongs to its plan only that it is not clinical', () => {
    const ours = { ...dose, provenance: builtDose().provenance };
    expect(texts({ dose: ours }).filter((text) => text.includes(' DOSE'))).toEqual([]);
  });

  it('says what speaks against the dose at the corner, whole, and above the legend', () => {
    const provenance = { ...builtDose().provenance!, approximate: true, reasons: ['pencil beam: '.repeat(9).trim()] };
    const said = texts({ dose: { ...dose, provenance }, doseStale: 'beam A was changed' });
    expect(said).toContain('STALE DOSE: beam A was changed');
    expect(said).toContain('STALE DOSE');
    expect(said.toReversed().join(' ')).toContain(`APPROXIMATE DOSE: ${provenance.reasons[0]}`);
    const foreign = texts({ dose: { ...dose, maker: 'Acme' } }, 600);
    expect(foreign.toReversed().join(' ')).toContain('DOSE OF UNKNOWN ORIGIN: imported from Acme');
    // Where it came from would cover a small plane: there only that it is not known.
    const small = texts({ dose: { ...dose, maker: 'Acme' } }, 300);
    expect(small.filter((text) => text.includes('UNKNOWN ORIGIN'))).toEqual(Array(2).fill('DOSE OF UNKNOWN ORIGIN'));
  });
});

describe('legend', () => {
  it('names the highest levels that a low plane has room for, in one column on a dark ground, and none where it has not', () => {
    useIsodoseView.setState({ linesVisible: true });
    openDocument(testDocument({ dose }));
    const said = (height: number): string[] => {
      const { context, drawn } = recorder();
      doseLabelPainter.paint(context, { ...viewAt(image, 'axial', [0, 0, 0]), height });
      return drawn.flatMap(({ text }) => text ?? []).filter((text) => text.includes(' Gy') || text === '…');
    };
    const all = said(600);
    expect(all).toHaveLength(DEFAULT_LEVELS.filter(({ visible }) => visible).length);
    // 84 px above, 66 px below, 15 px a line: four lines, of which the last says that there are more.
    expect(said(196)).toEqual([...all.slice(0, 3), '…']);
    expect(said(150)).toEqual([]);
  });
});

describe('isodose painter', () => {
  const level = { value: 80, color: [1, 2, 3], visible: true } as const;
  const paint = (stale: string | undefined): ReturnType<typeof recorder>['drawn'] => {
    useIsodoseView.setState({ levels: [level], linesVisible: true });
    openDocument(testDocument({ dose, doseStale: stale }));
    const { context, drawn } = recorder();
    isodosePainter.paint(context, viewAt(image, 'axial', [0, 0, 0]));
    return drawn;
  };

  it('80 % of the prescribed 50 Gy is the 40 Gy line: 80 pixels about the middle', () => {
    const box = boxOf(paint(undefined), 'rgba(1, 2, 3, 1)');
    for (const [at, expected] of [120, 120, 280, 280].entries())
      expect(Math.abs((box?.[at] ?? 0) - expected)).toBeLessThan(0.5);
  });

  it('is dashed while the dose is stale', () => {
    expect(paint('beam B1 was changed').every((item) => item.dashed)).toBe(true);
    expect(paint(undefined).some((item) => item.dashed)).toBe(false);
  });
});

describe('what per cent means', () => {
  it('is the prescription, and the maximum only without one', () => {
    const document = testDocument({ dose });
    expect(referenceDose(document)).toEqual({ dose: 50, of: 'prescription' });
    expect(referenceDose({ ...document, plan: undefined })).toEqual({ dose: maximumDose(dose), of: 'maximum' });
    expect(maximumDose(dose)).toBeCloseTo(60, 0);
  });
});
