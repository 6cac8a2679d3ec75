import type { Beam } from '../../../model/plan.ts';
import { beamLabel, type PlanFacts, type Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

const group = 'Beams';

export const MACHINE_RULES: readonly Rule[] = [
  {
    id: 'machine.known',
    group,
    title: 'The machine of every beam is known here',
    check: (facts) =>
      faultsOr(
        facts.treatment
          .filter((beam) => facts.machineOf(beam) === undefined)
          .map((beam) =>
            notJudged(`${beamLabel(beam)}: machine “${beam.machine}” is not known here, its limits were not judged`, {
              beam: beam.number,
            }),
          ),
        `The machines are known: ${[...new Set(facts.treatment.map(({ machine }) => machine))].join(', ')}`,
      ),
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

/** All violations of a kind in one sentence: a moving beam would repeat it for every control point. */
function limitsOf(facts: PlanFacts, beam: Beam): Finding[] {
  const machine = facts.machineOf(beam);
  if (machine === undefined) return [];
  const place = { beam: beam.number };
  const { violations } = facts.deliverabilityOf(beam, machine);
  const kinds = new Map<string, { first: string; at?: number; count: number }>();
  for (const { limit, message, controlPoint } of violations) {
    const known = kinds.get(limit);
    kinds.set(
      limit,
      known === undefined
        ? { first: message, ...(controlPoint === undefined ? {} : { at: controlPoint }), count: 1 }
        : { ...known, count: known.count + 1 },
    );
  }
  const findings = [...kinds].map(([limit, { first, at, count }]) =>
    fail(
      `${beamLabel(beam)}: ${first}${at === undefined ? '' : ` at control point ${at}`}${count === 1 ? '' : `, and ${count - 1} more of this kind (${limit})`}`,
      place,
    ),
  );
  return findings.length > 0 ? findings : [pass(`${beamLabel(beam)} keeps the limits of ${machine.name}`, place)];
}

/** What no beam was judged for, because its machine does not say. */
function unjudgedOf(facts: PlanFacts): Finding[] {
  const byMachine = new Map<string, Set<string>>();
  for (const beam of facts.treatment) {
    const machine = facts.machineOf(beam);
    if (machine === undefined) continue;
    const gaps = byMachine.get(machine.name) ?? new Set();
    byMachine.set(machine.name, gaps);
    // A beam without meterset is the matter of another rule.
    for (const text of facts.deliverabilityOf(beam, machine).unchecked)
      if (!text.includes('has no meterset')) gaps.add(text);
  }
  return [...byMachine].flatMap(([name, gaps]) =>
    gaps.size === 0
      ? []
      : [notJudged(`Machine ${name} leaves open, and so nothing was judged of: ${[...gaps].join('; ')}`)],
  );
}
