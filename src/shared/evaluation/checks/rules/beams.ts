import { beamLabel, type Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, pass, warning } from '../outcome.ts';

/** What DICOM allows for a plan label (SH) and what record-and-verify systems keep of a beam's name. */
const SHORT = 16;

const group = 'Beams';

export const BEAM_RULES: readonly Rule[] = [
  {
    id: 'plan.whole',
    group: 'Prescription',
    title: 'All of the plan is understood',
    check: ({ input: { plan } }) =>
      (plan.omitted ?? []).map((what) => fail(`Plan ${plan.label} holds what is not understood here: ${what}`)),
  },
  {
    id: 'plan.label',
    group: 'Prescription',
    title: 'The plan has a label',
    check({ input: { plan } }) {
      const { label } = plan;
      if (label.trim() === '') return [fail('The plan has no label')];
      return [
        label.length > SHORT
          ? fail(`The plan label ${label} has ${label.length} characters, DICOM allows ${SHORT}`)
          : pass(`The plan label ${label} has ${label.length} of ${SHORT} characters`),
      ];
    },
  },
  {
    id: 'beams.names',
    group,
    title: 'Beams have short names, each its own',
    check({ input: { plan } }) {
      const { beams } = plan;
      if (beams.length === 0) return [];
      const faults: Finding[] = beams.flatMap((beam, n): Finding[] => {
        const place = { beam: beam.number };
        if (beam.name.trim() === '') return [warning(`Beam ${beam.number} has no name`, place)];
        if (beams.slice(0, n).some(({ name }) => name.trim() === beam.name.trim()))
          return [warning(`${beamLabel(beam)} has the name of another beam`, place)];
        return beam.name.length > SHORT
          ? [
              warning(
                `${beamLabel(beam)}: the name has ${beam.name.length} characters, treatment systems keep ${SHORT}`,
                place,
              ),
            ]
          : [];
      });
      if (new Set(beams.map(({ number }) => number)).size < beams.length)
        faults.push(fail('Two beams have the same number'));
      return faultsOr(faults, `Names of ${beams.length} beams are short and different`);
    },
  },
  {
    id: 'beams.setup',
    group,
    title: 'There are set-up fields',
    check({ input: { plan }, treatment }) {
      if (treatment.length === 0) return [];
      const setup = plan.beams.filter(({ deliveryType }) => deliveryType === 'SETUP');
      return setup.length === 0
        ? [warning('The plan has no set-up field')]
        : [pass(`Set-up fields: ${setup.map(({ name }) => name).join(', ')}`)];
    },
  },
];
