import { describe, expect, it } from 'vitest';
import { exponentOf } from '#renderer/workspaces/evaluation/biology/biologyView.ts';
import { givenPoints } from '#renderer/workspaces/evaluation/points/pointStore.ts';
import { beam, plan } from '#test/builders/plan.ts';
import { testDocument } from '../../document/documentBuilder.ts';

describe('points that the plan gives', () => {
  const at = (number: number, isocenter: [number, number, number]) => {
    const made = beam(number);
    return { ...made, controlPoints: made.controlPoints.map((point) => ({ ...point, isocenter })) };
  };
  const names = (...beams: ReturnType<typeof at>[]): string[] =>
    givenPoints({
      ...testDocument(),
      structures: { ...testDocument().structures, rois: [] },
      plan: plan(1, { beams }),
    }).map(({ name }) => name);

  it('name an isocenter by all of its beams, and by none where there is one', () => {
    const [one, two, other] = [at(1, [0, 0, 0]), at(2, [0, 0, 0]), at(3, [50, 0, 0])];
    expect(names(one, two)).toEqual(['Isocenter']);
    expect(names(one, two, other)).toEqual([`Isocenter (${one.name}, ${two.name})`, `Isocenter (${other.name})`]);
  });
});

describe('the exponent of gEUD', () => {
  const cord = { name: 'SpinalCord', type: 'ORGAN' } as const;
  it('is that of the model unless chosen by hand', () => {
    expect(exponentOf(new Map(), cord, 1 / 0.05)).toBe(20);
    expect(exponentOf(new Map(), cord)).toBe(1);
    expect(exponentOf(new Map([['SpinalCord', 8]]), cord, 20)).toBe(8);
  });
});
