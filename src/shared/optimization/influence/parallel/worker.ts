import { IsocenterError } from '../../../contract/errors.ts';
import { toRecord } from '../../../dosimetry/parallel/messages.ts';
import { spreadDose } from '../../../dosimetry/pencilBeam/fluence/fluenceDose.ts';
import { laidFluence } from '../../../dosimetry/pencilBeam/fluence/laidFluence.ts';
import { groupsOf, InfluenceGroup, rowsOfGrid } from '../groups.ts';
import type { FromInfluenceWorker, SharedProblem, ToInfluenceWorker } from './messages.ts';

/** A worker's part of the conversation with its crew: give it every message that comes. */
export function influenceWorker(post: (message: FromInfluenceWorker) => void): (message: ToInfluenceWorker) => void {
  let shared: { readonly problem: SharedProblem; readonly rowOf: Uint32Array } | undefined;
  const groups = new Map<number, InfluenceGroup>();

  const build = (number: number): number => {
    if (shared === undefined) throw new IsocenterError('INTERNAL', 'work came before its problem');
    const { rowOf } = shared;
    const { setups, columns, machine, voxels, tellsLaid } = shared.problem;
    const group = new InfluenceGroup();
    let seen = 0;
    for (const n of groupsOf(setups.length)[number]) {
      const { beam, lattice, problem } = setups[n];
      const laid = laidFluence(problem, beam, machine, lattice, rowOf, voxels.length);
      if (tellsLaid && laid !== undefined) post({ kind: 'laid', direction: n, laid });
      const dose = spreadDose(laid, lattice.middles.length);
      group.add({ direction: n, ...columns[n], dose });
      seen += dose.seen;
      post({ kind: 'progress' });
    }
    groups.set(number, group);
    return seen;
  };

  const answer = (message: ToInfluenceWorker): FromInfluenceWorker | undefined => {
    switch (message.kind) {
      case 'problem': {
        const { voxels, setups } = message.problem;
        groups.clear();
        shared = { problem: message.problem, rowOf: rowsOfGrid(voxels, setups[0].problem.density.data.length) };
        return undefined;
      }
      case 'build':
        return { kind: 'built', seen: build(message.group) };
      case 'times':
        for (const [number, group] of groups)
          group.times(shared!.problem.x, shared!.problem.sums[number], shared!.problem.among);
        return { kind: 'done' };
      case 'transposeTimes':
        for (const group of groups.values())
          group.transposeTimes(shared!.problem.y, shared!.problem.gradient, shared!.problem.among);
        return { kind: 'done' };
    }
  };

  return (message) => {
    try {
      const reply = answer(message);
      if (reply !== undefined) post(reply);
    } catch (error) {
      post({ kind: 'failed', error: toRecord(error) });
    }
  };
}
