import { describe, expect, it } from 'vitest';
import { handleAt } from '#shared/beamsEye/edit/hit.ts';
import { type Bank, moveJaw, moveLeaves, type Positions } from '#shared/beamsEye/edit/moved.ts';
import { brush, drawEdge, pairAt } from '#shared/beamsEye/edit/strokes.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { checkLeaves } from '#shared/optimization/deliverability/leafLimits.ts';
import { createRandom } from '#shared/phantom/random.ts';
import { testBeam } from '../../../renderer/document/documentBuilder.ts';

const machine = machineByName('GENERIC_6MV');
/** Without a carriage that holds its leaves near each other. */
const { maximumSpan: _span, ...mlc } = machine.mlc!;
const strict = { ...mlc, interdigitation: false, maximumSpan: 150, minimumGap: 5 };
const open = openAperture(machine, 100, 100).positions;
const faults = (leaves: readonly number[], limits: NonNullable<Machine['mlc']>): string[] => {
  const found: string[] = [];
  checkLeaves(leaves, limits, (_limit, message) => found.push(message));
  return found;
};
const one = (pair: number, to: number): ReadonlyMap<number, number> => new Map([[pair, to]]);

describe('moving jaws', () => {
  it('goes where it is told, to a tenth of a millimetre, and no other moves', () => {
    const { positions, limit } = moveJaw(open, machine, 'X2', 33.33);
    expect(positions).toEqual({ ...open, ASYMX: [-50, 33.3] });
    expect(limit).toBeUndefined();
  });

  it('stops at the machine’s limit and at the opposite jaw and says which', () => {
    expect(moveJaw(open, machine, 'Y1', -250)).toMatchObject({
      positions: { ASYMY: [-200, 50] },
      limit: 'Y1 jaw: from -200 to 100 mm',
    });
    expect(moveJaw(open, machine, 'Y1', 80)).toMatchObject({
      positions: { ASYMY: [50, 50] },
      limit: /opposite jaw, 50/,
    });
  });

  it('keeps to the over-travel of a machine that states one', () => {
    const stiff = { ...machine, limits: { ...machine.limits, overTravel: { x: 20, y: 0 } } };
    expect(moveJaw(open, stiff, 'X1', 35)).toMatchObject({
      positions: { ASYMX: [20, 50] },
      limit: 'X1 jaw: from -200 to 20 mm',
    });
    expect(moveJaw(open, stiff, 'Y2', -5).positions.ASYMY).toEqual([-50, 0]);
  });

  it('turns symmetric jaws into independent ones', () => {
    expect(moveJaw({ X: [-20, 20], Y: [-30, 30] }, machine, 'X1', -25).positions).toEqual({
      ASYMX: [-25, 20],
      ASYMY: [-30, 30],
    });
    expect(moveJaw({}, machine, 'X1', -25).limit).toBe('the beam has no X jaws');
  });
});

describe('moving leaves', () => {
  it('moves the leaf named and no other', () => {
    const { positions, limit } = moveLeaves(open, mlc, 0, one(30, -12.34));
    expect(limit).toBeUndefined();
    const changed = positions.MLCX!.flatMap((at, n) => (at === open.MLCX![n] ? [] : [[n, at]]));
    expect(changed).toEqual([[30, -12.3]]);
  });

  it('keeps to the over-travel of leaves that do not go all the way across', () => {
    const short = { ...mlc, overTravel: 40 };
    expect(moveLeaves(open, short, 0, one(30, 55)).limit).toBe('leaf 31: at most 40 mm from the axis');
    expect(moveLeaves(open, short, 0, one(30, 55)).positions.MLCX![30]).toBe(40);
    expect(moveLeaves(open, short, 1, one(30, -55)).positions.MLCX![90]).toBe(-40);
    expect(moveLeaves(open, short, 1, one(30, 120)).limit).toBeUndefined();
  });

  it('stops at its reach, the gap, an opposite neighbour and the carriage, and says which', () => {
    const outermost = moveLeaves(open, mlc, 1, one(30, 300));
    expect(outermost.positions.MLCX![90]).toBe(200);
    expect(outermost.limit).toBe('leaf 31: at most 200 mm from the axis');
    const shut = moveLeaves(open, mlc, 0, one(30, 100));
    expect(shut.positions.MLCX![30]).toBeCloseTo(59.5, 9);
    expect(shut.limit).toBe('leaf 31: at least 0.5 mm from the opposite leaf');
    const inward = moveLeaves(open, { ...mlc, interdigitation: false }, 1, one(30, 20)).positions;
    const blocked = moveLeaves(inward, { ...mlc, interdigitation: false }, 0, one(31, 40));
    expect(blocked.positions.MLCX![31]).toBe(20);
    expect(blocked.limit).toBe('leaf 32: may not pass leaf 31 of the opposite bank');
    const carried = moveLeaves(open, { ...mlc, maximumSpan: 100 }, 0, one(30, -180));
    expect(carried.positions.MLCX![30]).toBeCloseTo(-100.2, 0);
    expect(carried.limit).toContain('at most 100 mm');
  });

  it('whatever is done, a machine’s limits that held before hold after', () => {
    const random = createRandom('leaves under the hand');
    let positions: Positions = {
      ...open,
      MLCX: open.MLCX!.map((at, n) => (n < 60 ? Math.min(at, -3) : Math.max(at, 3))),
    };
    expect(faults(positions.MLCX!, strict)).toEqual([]);
    let stopped = 0;
    for (let n = 0; n < 1200; n++) {
      const at = [random.between(-150, 150), random.between(-150, 150)] as const;
      const bank: Bank = random.bits() & 1 ? 1 : 0;
      const moved =
        n % 3 === 0
          ? brush(positions, strict, at, random.between(2, 40), (random.bits() & 1) === 0)
          : n % 3 === 1
            ? drawEdge(positions, strict, bank, [at, [random.between(-250, 250), random.between(-200, 200)]])
            : moveLeaves(positions, strict, bank, one(n % 60, random.between(-260, 260)));
      ({ positions } = moved);
      if (moved.limit !== undefined) stopped++;
      expect(faults(positions.MLCX!, strict), `move ${n}`).toEqual([]);
    }
    expect(stopped).toBeGreaterThan(200);
    expect(stopped).toBeLessThan(1195);
  });

  it('leaves of another machine are not touched', () => {
    expect(moveLeaves({ MLCX: [-1, 1] }, mlc, 0, one(0, -5))).toEqual({
      positions: { MLCX: [-1, 1] },
      limit: 'the leaves are not those of the machine',
    });
  });
});

describe('strokes', () => {
  it('finds the pair that covers a place', () => {
    expect([pairAt(mlc, [0, 0.1]), pairAt(mlc, [0, -199]), pairAt(mlc, [0, 201]), pairAt(mlc, [0, -201])]).toEqual([
      30,
      0,
      undefined,
      undefined,
    ]);
    expect(pairAt({ ...mlc, type: 'MLCY' }, [-0.1, 150])).toBe(29);
  });

  it('draws the ends of all leaves that a quick stroke crosses, where it does so', () => {
    const { positions } = drawEdge(open, mlc, 0, [[-40, -10], [-20, 10]]); // biome-ignore format: a stroke
    // The middles of the pairs lie at −7.5, −2.5, 2.5 and 7.5 mm; the last goes to where the stroke ends.
    expect(positions.MLCX!.slice(28, 33)).toEqual([-37.5, -32.5, -27.5, -22.5, -20]);
  });

  it('a brush opens a closed pair to its own width and closes from the nearer side', () => {
    const shut = { ...open, MLCX: open.MLCX!.map((_, n) => (n < 60 ? -0.3 : 0.3)) };
    const opened = brush(shut, mlc, [40, 2.5], 10, true).positions.MLCX!;
    expect([opened[30], opened[90]]).toEqual([30, 50]);
    expect(opened[29]).toBeCloseTo(40 - Math.sqrt(100 - 6.25), 1);
    expect(opened[33]).toBe(-0.3);
    const closed = brush(open, mlc, [-55, 2.5], 10, false).positions.MLCX!;
    expect([closed[30], closed[90]]).toEqual([-45, 60]);
  });
});

describe('what the pointer is on', () => {
  const control = { ...testBeam(1, 0).controlPoints[0], positions: open };
  it('is the nearest leaf end or jaw edge', () => {
    expect(handleAt(control, mlc, [-59, 2.5], 3)).toEqual({ kind: 'leaf', bank: 0, pair: 30 });
    expect(handleAt(control, mlc, [-50.5, 2.5], 3)).toEqual({ kind: 'jaw', side: 'X1' });
    expect(handleAt(control, mlc, [10, 51], 3)).toEqual({ kind: 'jaw', side: 'Y2' });
    expect(handleAt(control, mlc, [0, 0], 3)).toBeUndefined();
    expect(handleAt(control, undefined, [-59, 2.5], 3)).toBeUndefined();
  });

  it('on a leaf end at a jaw is the leaf; at a closed pair the leaf of that side', () => {
    const at = { ...control, positions: { ...open, MLCX: open.MLCX!.map((end) => Math.sign(end) * 50) } };
    expect(handleAt(at, mlc, [-50.3, 2.5], 3)).toEqual({ kind: 'leaf', bank: 0, pair: 30 });
    expect(handleAt(control, mlc, [-0.6, 150], 3)).toEqual({ kind: 'leaf', bank: 0, pair: 55 });
    expect(handleAt(control, mlc, [0.6, 150], 3)).toEqual({ kind: 'leaf', bank: 1, pair: 55 });
  });
});
