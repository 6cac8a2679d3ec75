import type { Beam } from '../../../model/plan.ts';
import { SILENT } from '../../../optimization/deliverability/unchecked.ts';
import { runs, violationWords } from '../../../optimization/deliverability/violationWords.ts';
import { beamLabel, type PlanFacts, type Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

const group = 'Beams';

export const MACHINE_RULES: readonly Rule[] = [
  {
    id: 'machine.known',
    group,
    title: 'The machine of every beam is known here',
    check(facts) {
      const { limits } = facts.input;
      if (limits !== undefined) return [pass(`What can be delivered is judged by the published limits of ${limits}`)];
      return faultsOr(
        facts.treatment
          .filter((beam) => facts.machineOf(beam) === undefined)
          .map((beam) =>
            notJudged(`${beamLabel(beam)}: machine “${beam.machine}” is not known here, its limits were not judged`, {
              beam: beam.number,
            }),
          ),
        `The machines are known: ${[...new Set(facts.treatment.map(({ machine }) => machine))].join(', ')}`,
      );
    },
  },
  {
    id: 'machine.limits',
    group,
    title: 'Every beam keeps the limits of its machine',
    check: (facts) => [...facts.treatment.flatMap((beam) => limitsOf(facts, beam)), ...unjudgedOf(facts)],
  },
  {
    id: 'machine.commissioned',
    group,
    title: 'The machine is commissioned',
    check(facts) {
      const names = [...new Set(facts.treatment.map(({ machine }) => machine))];
      return names.flatMap((name): Finding[] => {
        const machine = facts.input.machines.find((one) => one.name === name);
        return machine === undefined || machine.clinicallyCommissioned
          ? []
          : [warning(`Machine ${name} is not commissioned for clinical use`)];
      });
    },
  },
];

function limitsOf(facts: PlanFacts, beam: Beam): Finding[] {
  const machine = facts.judgeOf(beam);
  if (machine === undefined) return [];
  const place = { beam: beam.number };
  const findings = violationWords(facts.deliverabilityOf(beam, machine).violations).map((words) =>
    fail(`${beamLabel(beam)}: ${words}`, place),
  );
  return findings.length > 0 ? findings : [pass(`${beamLabel(beam)} keeps the limits of ${machine.name}`, place)];
}

/** What beams were not judged for: because their machine does not say, once a machine, or because they do not. */
function unjudgedOf(facts: PlanFacts): Finding[] {
  const byMachine = new Map<string, Set<string>>();
  const ofBeams = new Map<string, number[]>();
  for (const beam of facts.treatment) {
    const machine = facts.judgeOf(beam);
    if (machine === undefined) continue;
    const gaps = byMachine.get(machine.name) ?? new Set();
    byMachine.set(machine.name, gaps);
    for (const text of facts.deliverabilityOf(beam, machine).unchecked) {
      if (text.endsWith(SILENT)) gaps.add(text.slice(0, -SILENT.length));
      // A beam without meterset is the matter of another rule.
      else if (beam.meterset !== undefined) ofBeams.set(text, [...(ofBeams.get(text) ?? []), beam.number]);
    }
  }
  return [
    ...[...ofBeams].map(([text, beams]) => notJudged(`Beam${beams.length === 1 ? '' : 's'} ${runs(beams)}: ${text}`)),
    ...[...byMachine].flatMap(([name, gaps]) =>
      gaps.size === 0
        ? []
        : [notJudged(`Machine ${name} leaves open, and so nothing was judged of: ${[...gaps].join(', ')}`)],
    ),
  ];
}
