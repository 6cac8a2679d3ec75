import { iecFromPatient } from '../../../geometry/iec.ts';
import type { Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

/** Of planning CTs, mm. */
const SLICE = 3;

const group = 'Patient and images';

export const IDENTITY_RULES: readonly Rule[] = [
  {
    id: 'identity.patient',
    group,
    title: 'All objects are of one patient',
    check({ input: { patients = [] } }) {
      if (patients.length < 2)
        return [notJudged('Whether all objects are of one patient was not judged: there is one')];
      const [first, ...others] = patients;
      return faultsOr(
        others.flatMap(({ object, patient }): Finding[] => {
          const is = `${capital(first.object)} is of ${first.patient.patientName} (${first.patient.patientId}), ${object} of ${patient.patientName} (${patient.patientId})`;
          if (patient.patientId !== first.patient.patientId) return [fail(is)];
          if (nameKey(patient.patientName) !== nameKey(first.patient.patientName)) return [fail(is)];
          if (differs(patient.patientBirthDate, first.patient.patientBirthDate))
            return [
              fail(
                `Birth dates differ: ${first.object} has ${first.patient.patientBirthDate}, ${object} ${patient.patientBirthDate}`,
              ),
            ];
          return differs(patient.patientSex, first.patient.patientSex)
            ? [warning(`Sex differs: ${first.object} has ${first.patient.patientSex}, ${object} ${patient.patientSex}`)]
            : [];
        }),
        `${capital(patients.map(({ object }) => object).join(', '))} are of ${first.patient.patientName} (${first.patient.patientId})`,
      );
    },
  },
  {
    id: 'identity.frame',
    group,
    title: 'Plan, structures and CT share a frame of reference',
    check({ input: { plan, structures, ct } }) {
      const others = [
        ...(structures === undefined
          ? []
          : [{ what: `structure set ${structures.label}`, frame: structures.frameOfReferenceUid }]),
        ...(ct === undefined ? [] : [{ what: 'the planning image', frame: ct.frameOfReferenceUid }]),
      ].filter(({ frame }) => frame !== '');
      if (others.length === 0) return [];
      const [first] = others;
      const frame = plan.frameOfReferenceUid === '' ? first.frame : plan.frameOfReferenceUid;
      return faultsOr(
        others
          .filter((one) => one.frame !== frame)
          .map(({ what }) => fail(`Plan ${plan.label} and ${what} lie in different frames of reference`)),
        `Plan ${plan.label} and ${others.map(({ what }) => what).join(' and ')} share a frame of reference`,
      );
    },
  },
  {
    id: 'identity.references',
    group,
    title: 'The plan names this structure set, the structure set this image',
    check({ input: { plan, structures, ct } }) {
      if (structures === undefined) return [];
      const faults: Finding[] = [];
      if (plan.structureSetUid !== '' && plan.structureSetUid !== structures.sopInstanceUid)
        faults.push(
          warning(
            `Plan ${plan.label} was made on another structure set than ${structures.label}, or on an earlier version of it`,
          ),
        );
      if (
        ct !== undefined &&
        structures.referencedSeriesUid !== '' &&
        structures.referencedSeriesUid !== ct.seriesInstanceUid
      )
        faults.push(warning(`Structure set ${structures.label} was drawn on another image series than the one shown`));
      return faultsOr(
        faults,
        `Plan ${plan.label} refers to structure set ${structures.label}${ct === undefined ? '' : ', and that to the planning image'}`,
      );
    },
  },
  {
    id: 'identity.position',
    group,
    title: 'The patient lies in the plan as in the images',
    check({ input: { plan, ct } }) {
      if (iecFromPatient(plan.patientPosition) === undefined)
        return [fail(`The plan has patient position “${plan.patientPosition}”, which says not how the patient lies`)];
      if (ct === undefined || ct.patientPosition === '')
        return [notJudged(`The patient lies ${plan.patientPosition} in the plan; there is no image to compare with`)];
      const words = `The patient lies ${plan.patientPosition} in the plan and ${ct.patientPosition} in the planning image`;
      return [ct.patientPosition === plan.patientPosition ? pass(words) : fail(words)];
    },
  },
  {
    id: 'identity.slices',
    group,
    title: 'Slices of the planning image',
    check({ input: { ct } }) {
      if (ct === undefined) return [];
      const [, , spacing] = ct.spacing;
      const words = `The ${ct.modality} has slices every ${spacing.toFixed(1)} mm`;
      const faults: Finding[] = [];
      if (ct.modality !== 'CT')
        faults.push(warning(`The planning image is ${ct.modality}, not CT: its values are no densities`));
      if (spacing > SLICE + 1e-3) faults.push(warning(`${words}, more than ${SLICE} mm`));
      return faultsOr(faults, words);
    },
  },
  {
    id: 'identity.registrations',
    group,
    title: 'Registrations in use were judged',
    check({ input: { registrations = [] } }) {
      if (registrations.length === 0) return [];
      return faultsOr(
        registrations
          .filter(({ signedOff }) => signedOff === undefined)
          .map(({ label }) => warning(`Registration “${label}” is in use and nobody signed it off`)),
        `Registrations in use are signed off: ${registrations.map(({ label }) => label).join(', ')}`,
      );
    },
  },
];

const capital = (text: string): string => (text === '' ? '' : text[0].toUpperCase() + text.slice(1));

const differs = (a: string, b: string): boolean => a !== '' && b !== '' && a !== b;

/** Systems differ in empty components and in case (PS3.5 6.2.1.2). */
const nameKey = (name: string): string =>
  name
    .split('=')[0]
    .split('^')
    .map((part) => part.trim())
    .join('^')
    .replace(/\^+$/, '')
    .toUpperCase();
