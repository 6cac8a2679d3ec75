import { describe, expect, it } from 'vitest';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { beamsEyeBlocks } from '#shared/report/compose/beamsEyeBlocks.ts';
import { dvhBlocks } from '#shared/report/compose/dvhBlocks.ts';
import type { ReportInput } from '#shared/report/compose/input.ts';
import type { Block, Mark } from '#shared/report/model.ts';
import { checkedPlan, column, roi } from '#test/builders/checkedPlan.ts';

type Line = Extract<Mark, { kind: 'line' }>;
const linesOf = (blocks: readonly Block[]): Line[] =>
  blocks.flatMap((block) =>
    block.kind === 'drawings' ? block.drawings[0].drawing.marks.filter((mark) => mark.kind === 'line') : [],
  );

describe('drawings of a report', () => {
  it('tell the histograms of structures of nearly one colour apart by dashes; a target stays solid', () => {
    const { plan } = checkedPlan();
    const dvh = dvhOf({
      volume: 10,
      min: 0,
      mean: 20,
      max: 40,
      curve: { dose: Float64Array.of(0, 40), volume: Float64Array.of(100, 0) },
      covered: 1,
      warnings: [],
    });
    const of = (number: number, name: string, type: Roi['type'], color: Roi['color']) => ({
      roi: roi(number, name, type, column([0, 0], 10, 10, 0, 9), { color }),
      dvh,
    });
    const lines = linesOf(
      dvhBlocks({ plan } as ReportInput, [
        of(1, 'Lung_L', 'ORGAN', [90, 170, 255]),
        of(2, 'Lung_R', 'ORGAN', [60, 130, 240]),
        of(3, 'Heart', 'ORGAN', [230, 60, 60]),
        of(4, 'PTV', 'PTV', [230, 40, 40]),
      ]),
    );
    // Each curve is followed by its line in the key, which looks the same.
    const [left, leftKey, right, rightKey, heart, , target] = lines.slice(-8);
    expect(left.dash).toBeUndefined();
    expect(right.dash).toBeDefined();
    expect([leftKey.dash, rightKey.dash]).toEqual([left.dash, right.dash]);
    expect(heart.dash).toBeDefined();
    expect(target.dash).toBeUndefined();
  });

  it('show what a beam of several segments opens in all, boldly, and the segments faintly', () => {
    const clean = checkedPlan();
    const [beam] = clean.plan.beams;
    const [first, last] = beam.controlPoints;
    const shifted = (by: number): typeof first.positions => ({
      ...first.positions,
      MLCX: first.positions.MLCX?.map((at) => at + by) ?? [],
    });
    const segments = [shifted(0), shifted(-10)].map((positions, index) => ({ ...first, index, positions }));
    const draw = (controlPoints: Beam['controlPoints']): Line[] =>
      linesOf(
        beamsEyeBlocks({
          ...clean,
          ct: { ...clean.ct, unit: 'US' },
          structures: { ...clean.structures, rois: [] },
          plan: { ...clean.plan, beams: [{ ...beam, controlPoints }] },
        } as unknown as ReportInput),
      ).filter(({ closed, dash }) => closed === true && dash === undefined);
    const several = draw([...segments, { ...last, positions: segments[1].positions }]);
    const [thin, bold] = [several.filter(({ width }) => width < 1), several.filter(({ width }) => width > 1)];
    expect([thin.length, bold.length]).toEqual([2, 1]);
    const leftmost = ({ points }: Line): number => Math.min(...points.filter((_, n) => n % 2 === 0));
    expect(leftmost(bold[0])).toBeCloseTo(Math.min(...thin.map(leftmost)), 6);
    // One opening is drawn once; of a beam that turns only the first.
    expect(draw([first, last]).map(({ width }) => width > 1)).toEqual([true]);
    expect(draw([segments[0], { ...segments[1], gantry: first.gantry + 2 }]).map(({ width }) => width > 1)).toEqual([
      true,
    ]);
  });
});
