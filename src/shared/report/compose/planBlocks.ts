import { doseRemarks } from '../../dosimetry/standing/doseStanding.ts';
import { personName } from '../../dicom/personName.ts';
import type { Block } from '../model.ts';
import { notFinal, openWarnings, type ReportInput } from './input.ts';
import { gray, localMoment } from './words.ts';

/** What is planned, on what, and what is to be minded of it. */
export function planBlocks(input: ReportInput): Block[] {
  const { plan, structures, ct, dose, doseStale, made } = input;
  const reason = notFinal(input);
  const blocks: Block[] = [];
  if (reason !== undefined)
    blocks.push({ kind: 'text', text: `This report is not final. ${sentences(input, reason)}`, tone: 'bad' });
  const open = openWarnings(input).length;
  if (open > 0)
    blocks.push({
      kind: 'text',
      text: `${open} warning${open === 1 ? '' : 's'} of the plan checks without a reason to let ${open === 1 ? 'it' : 'them'} stand, see below.`,
      tone: 'warning',
    });
  blocks.push(
    { kind: 'heading', text: 'Plan' },
    {
      kind: 'pairs',
      columns: 2,
      pairs: [
        ['Plan', plan.label],
        ['Approval', plan.approval.toLowerCase()],
        ['Name', plan.name ?? '–'],
        ['Intent', plan.intent === '' ? '–' : plan.intent.toLowerCase()],
        ['Structure set', structures.label],
        ['Patient position', plan.patientPosition],
        ['Planning image', `${ct.modality} ${ct.seriesDescription}, slices ${ct.spacing[2].toFixed(1)} mm`],
        ['Scanner', [ct.scanner?.manufacturer, ct.scanner?.model].filter(Boolean).join(' ') || '–'],
        ['Report made by', personName(made.by)],
        ['Report made', localMoment(made.at)],
      ],
    },
    {
      kind: 'pairs',
      columns: 1,
      pairs: [
        ['Plan SOP Instance UID', plan.sopInstanceUid],
        ['Structure set UID', structures.sopInstanceUid],
        ...(dose === undefined ? [] : [['Dose UID', dose.sopInstanceUid] as [string, string]]),
      ],
    },
  );
  if (plan.description !== undefined && plan.description !== '')
    blocks.push({ kind: 'text', text: plan.description, tone: 'plain' });
  blocks.push(
    { kind: 'heading', text: 'Prescription' },
    prescription(input),
    { kind: 'heading', text: 'Dose' },
    ...doseBlocks(input),
  );
  const warnings = [...plan.warnings, ...(dose?.warnings ?? []), ...structures.warnings, ...ct.warnings];
  const remarks =
    dose === undefined ? [] : doseRemarks(dose, doseStale).map(({ title, reason: why }) => `${title}: ${why}`);
  if (warnings.length + remarks.length > 0) {
    blocks.push({ kind: 'heading', text: 'Warnings' });
    for (const text of remarks) blocks.push({ kind: 'text', text, tone: 'bad' });
    for (const text of new Set(warnings)) blocks.push({ kind: 'text', text, tone: 'warning' });
  }
  return blocks;
}

function sentences({ dose, doseStale, checks }: ReportInput, reason: string): string {
  const why =
    dose === undefined
      ? 'The plan has no dose'
      : doseRemarks(dose, doseStale).map(({ title, reason: text }) => `${title.toLowerCase()}: ${text}`)[0];
  if (reason.endsWith('CHECKS'))
    return `${checks.filter(({ status }) => status === 'fail').length} plan checks fail, see below.`;
  return `${why[0].toUpperCase()}${why.slice(1)}.`;
}

function prescription({ plan }: ReportInput): Block {
  if (plan.prescription === undefined) return { kind: 'text', text: 'The plan has no prescription.', tone: 'warning' };
  const { targetName, dose, fractions, normalization } = plan.prescription;
  const how =
    normalization.kind === 'None'
      ? 'none: monitor units as given'
      : `${normalization.kind} of the target is ${normalization.percent} % of the prescribed dose`;
  return {
    kind: 'pairs',
    columns: 2,
    pairs: [
      ['Target', targetName === '' ? '–' : targetName],
      ['Prescribed dose', `${gray(dose)} Gy`],
      ['Fractions', String(fractions)],
      ['Dose a fraction', `${gray(dose / fractions)} Gy`],
      ['Normalisation', how],
      ['Fractions of the plan', String(plan.fractions)],
    ],
  };
}

function doseBlocks({ dose }: ReportInput): Block[] {
  if (dose === undefined) return [{ kind: 'text', text: 'There is no dose.', tone: 'warning' }];
  const { provenance, spacing, dims } = dose;
  const grid = `${spacing.map((each) => each.toFixed(1)).join(' × ')} mm, ${dims.join(' × ')} voxels`;
  let maximum = 0;
  for (const value of dose.data) if (value > maximum) maximum = value;
  const pairs: [string, string][] = [
    ['Maximum', `${gray(maximum)} Gy`],
    ['Grid', grid],
    ['Type', `${dose.doseType.toLowerCase()}, ${dose.summation.toLowerCase()}`],
  ];
  if (provenance === undefined) pairs.push(['Made by', dose.maker ?? 'unknown']);
  else {
    const { engine, version, machines, calibration, settings, madeAt } = provenance;
    pairs.push(
      [
        'Engine',
        `${engine} ${version}${settings.directions === undefined ? '' : `, ${settings.directions} directions`}`,
      ],
      ['Machines', machines.map(({ name }) => name).join(', ')],
      ['CT calibration', calibration.name],
      ['Computed', madeAt === undefined ? '–' : localMoment(madeAt)],
      ['Densities set', settings.overrides.map(({ name, density }) => `${name} ${density} g/cm³`).join(', ') || 'none'],
    );
  }
  return [{ kind: 'pairs', columns: 2, pairs }];
}
