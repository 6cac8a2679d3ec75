import { surfaceDistance } from '../../beamsEye/lightField.ts';
import { skinOf } from '../../beamsEye/skin.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import { bldFromPatient, iecFromPatient } from '../../geometry/iec.ts';
import { couchShift, shiftWords } from '../../dosimetry/plan/arrange/setupShifts.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import type { Block, Cell } from '../model.ts';
import type { ReportInput } from './input.ts';
import { degrees, mm, orDash } from './words.ts';

/** Every number that is set at the machine. */
export function beamBlocks(input: ReportInput): Block[] {
  const { plan } = input;
  if (plan.beams.length === 0)
    return [
      { kind: 'heading', text: 'Beams' },
      { kind: 'text', text: 'The plan has no beams.', tone: 'warning' },
    ];
  return [
    { kind: 'heading', text: 'Beams' },
    {
      kind: 'table',
      columns: [
        { title: 'No.' },
        { title: 'Beam' },
        { title: 'Kind' },
        { title: 'Machine' },
        { title: 'Energy' },
        { title: 'Gantry °', numeric: true },
        { title: 'Coll. °', numeric: true },
        { title: 'Couch °', numeric: true },
        { title: 'MU', numeric: true },
        { title: 'Dose Gy', numeric: true },
      ],
      rows: plan.beams.map((beam): Cell[] => [
        String(beam.number),
        { text: beam.name, tone: 'strong' },
        kindOf(beam),
        beam.machine,
        energyOf(beam),
        span(beam, 'gantry'),
        span(beam, 'collimator'),
        span(beam, 'couch'),
        beam.meterset === undefined ? '–' : { text: beam.meterset.toFixed(1), tone: 'strong' },
        beam.beamDose?.toFixed(3) ?? '–',
      ]),
    },
    {
      kind: 'table',
      columns: [
        { title: 'No.' },
        { title: 'X1 mm', numeric: true },
        { title: 'X2 mm', numeric: true },
        { title: 'Y1 mm', numeric: true },
        { title: 'Y2 mm', numeric: true },
        { title: 'Isocenter LPS mm' },
        { title: 'SSD mm', numeric: true },
        { title: 'Wedge' },
        { title: 'Blocks, trays, bolus' },
        { title: 'Leaves, points' },
      ],
      rows: plan.beams.map((beam) => secondRow(beam, input)),
    },
    ...setupBlocks(input),
    {
      kind: 'text',
      text: 'IEC 61217. Jaws at the isocenter plane, ranges where they move. SSD as the plan states it, or (c) computed along the beam axis to the body contour. Dose at the prescription point, a fraction.',
      tone: 'quiet',
    },
  ];
}

/** From the marks under the lasers to each isocenter. */
function setupBlocks({ plan }: ReportInput): Block[] {
  const { marks, patientPosition } = plan;
  if (marks === undefined || iecFromPatient(patientPosition) === undefined) return [];
  const places = new Map<string, { at: Vec3; beams: string[] }>();
  for (const { name, controlPoints, deliveryType } of plan.beams) {
    if (deliveryType !== 'TREATMENT' || controlPoints.length === 0) continue;
    const at = controlPoints[0].isocenter;
    const key = at.map(mm).join(', ');
    places.set(key, { at, beams: [...(places.get(key)?.beams ?? []), name] });
  }
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Beams' },
        { title: 'Isocenter LPS mm' },
        { title: 'Couch shift from the marks' },
        { title: 'Vertical mm', numeric: true },
        { title: 'Longitudinal mm', numeric: true },
        { title: 'Lateral mm', numeric: true },
      ],
      rows: [...places].map(([key, { at, beams }]): Cell[] => {
        const shift = couchShift(marks.position, at, patientPosition);
        return [
          beams.join(', '),
          key,
          { text: shiftWords(shift), tone: 'strong' },
          mm(shift.vertical),
          mm(shift.longitudinal),
          mm(shift.lateral),
        ];
      }),
    },
    {
      kind: 'text',
      text: `Marks at (${marks.position.map(mm).join(', ')}) mm LPS${marks.description === undefined ? '' : `: ${marks.description}`}. Shifts at couch 0, IEC 61217.`,
      tone: 'plain',
    },
  ];
}

function secondRow(beam: Beam, input: ReportInput): Cell[] {
  const [first] = beam.controlPoints;
  const jaw = (axis: 'X' | 'Y', side: 0 | 1): string => {
    const all = beam.controlPoints.flatMap(
      ({ positions }) => (positions[`ASYM${axis}`] ?? positions[axis])?.[side] ?? [],
    );
    if (all.length === 0) return '–';
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return high - low < 0.05 ? mm(low) : `${mm(low)} … ${mm(high)}`;
  };
  const leaves = beam.devices
    .filter(({ type }) => type.startsWith('MLC'))
    .map(({ type, pairs }) => `${type}, ${pairs} pairs`);
  return [
    String(beam.number),
    jaw('X', 0),
    jaw('X', 1),
    jaw('Y', 0),
    jaw('Y', 1),
    first === undefined ? '–' : first.isocenter.map(mm).join(', '),
    ssdOf(beam, first, input),
    orDash(
      (beam.wedges ?? [])
        .map(({ id, angle, orientation }) =>
          [id, angle === undefined ? '' : `${angle}°`, orientation === undefined ? '' : `turned ${orientation}°`]
            .filter(Boolean)
            .join(' '),
        )
        .join(', '),
    ),
    orDash(accessories(beam, input)),
    [...leaves, `${beam.controlPoints.length} control points`].join(', '),
  ];
}

function kindOf({ deliveryType, radiationType, type }: Beam): string {
  const what = deliveryType === 'TREATMENT' ? type.toLowerCase() : deliveryType.toLowerCase().replaceAll('_', ' ');
  return radiationType === 'PHOTON' || radiationType === '' ? what : `${what} ${radiationType.toLowerCase()}`;
}

function energyOf({ controlPoints, fluenceMode, fluenceModeId, radiationType }: Beam): string {
  const [first] = controlPoints;
  if (first === undefined) return '–';
  const unit = radiationType === 'PHOTON' ? 'MV' : 'MeV';
  return `${first.nominalEnergy} ${unit}${fluenceMode === 'NON_STANDARD' ? ` ${fluenceModeId ?? 'non-standard'}` : ''}`;
}

/** An angle, or where it turns its first and last value with the way. */
function span({ controlPoints }: Beam, axis: 'gantry' | 'collimator' | 'couch'): string {
  const [first, last] = [controlPoints[0], controlPoints.at(-1)];
  if (first === undefined || last === undefined) return '–';
  const way = axis === 'gantry' && first.gantryDirection !== 'NONE' ? ` ${first.gantryDirection}` : '';
  return first[axis] === last[axis] && way === ''
    ? degrees(first[axis])
    : `${degrees(first[axis])} to ${degrees(last[axis])}${way}`;
}

function accessories(
  { blocks = [], boluses = [], compensators = [], applicators = [], totalBlockTrayFactor }: Beam,
  { structures }: ReportInput,
): string {
  const roiName = (number: number): string =>
    structures.rois.find((roi) => roi.number === number)?.name ?? `ROI ${number}`;
  return [
    ...blocks.map(
      ({ name, type, trayId }) =>
        `${type.toLowerCase()} block ${name ?? ''}${trayId === undefined ? '' : ` on tray ${trayId}`}`,
    ),
    ...(totalBlockTrayFactor === undefined ? [] : [`tray factor ${totalBlockTrayFactor.toFixed(3)}`]),
    ...boluses.map(({ roiNumber }) => `bolus ${roiName(roiNumber)}`),
    ...compensators.map(({ id, number }) => `compensator ${id ?? number}`),
    ...applicators.map(({ id }) => `applicator ${id}`),
  ].join(', ');
}

function ssdOf(beam: Beam, point: ControlPoint | undefined, { plan, structures }: ReportInput): string {
  if (point === undefined) return '–';
  if (point.sourceToSurface !== undefined) return mm(point.sourceToSurface);
  const iec = iecFromPatient(plan.patientPosition);
  const body = structures.rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
  if (iec === undefined || body === undefined) return '–';
  const frame = bldFromPatient(point, point.isocenter, iec);
  const hit = surfaceDistance(skinOf(body.contours, body.name), frame, beam.sourceAxisDistance);
  return hit === undefined || hit.cut ? '–' : `${mm(hit.distance)} (c)`;
}
