import { reachedText } from '#shared/evaluation/goals/judgeSheet.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { planningCase } from './cases.ts';
import { deliveredPlan } from './delivered.ts';
import { fluencePlan } from './fluence.ts';
import { type Outcome, type Technique, TECHNIQUES } from './outcome.ts';
import { judgedGoals, problemOf } from './patient.ts';

/** ROIs of more voxels than this are represented by some of them while the optimum is sought. */
const THIN = 20_000;
const FALL = 1e-3;

/** Plans one case in a process of its own, so that its memory is its own: `worker.ts CASE TECHNIQUE`, one line of JSON. */
async function plan(name: string, technique: Technique): Promise<Outcome> {
  const theCase = planningCase(name);
  const phantom = makePhantom(theCase.phantom);
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const input = problemOf(theCase, phantom);
  const { dose, objective, ...found } =
    technique === 'fluence' ? await fluencePlan(input, FALL, THIN) : await deliveredPlan(theCase, input, technique);
  const [seconds, { user, system }] = [(performance.now() - begun) / 1000, process.cpuUsage(used)];
  const goals = judgedGoals(theCase, phantom, dose).flatMap((judged) => {
    const { goal, outcome } = judged;
    // A sheet of the program names organs that a phantom does not have.
    if (outcome.status === 'unknown') return [];
    return [{ structure: goal.structure, text: goal.text, status: outcome.status, reached: reachedText(judged) }];
  });
  return {
    name,
    technique,
    goals,
    objective,
    ...('delivery' in found && { delivery: found.delivery }),
    seconds,
    cpu: (user + system) / 1e6,
    peakMB: process.resourceUsage().maxRSS / 1024,
  };
}

const technique = TECHNIQUES.find((known) => known === process.argv[3]);
if (technique === undefined) throw new Error(`${process.argv[3]} is none of ${TECHNIQUES.join(', ')}`);
console.log(JSON.stringify(await plan(process.argv[2], technique)));
