import { z } from 'zod';
import breastTangents from '../../../../../resources/templates/beams/breast-tangents.json' with { type: 'json' };
import lungFive from '../../../../../resources/templates/beams/lung-five-field.json' with { type: 'json' };
import lungThree from '../../../../../resources/templates/beams/lung-three-field.json' with { type: 'json' };
import palliative from '../../../../../resources/templates/beams/palliative-ap-pa.json' with { type: 'json' };
import pelvisBox from '../../../../../resources/templates/beams/pelvis-box.json' with { type: 'json' };
import rectum from '../../../../../resources/templates/beams/rectum-three-field.json' with { type: 'json' };
import sbrtLung from '../../../../../resources/templates/beams/sbrt-lung.json' with { type: 'json' };
import spine from '../../../../../resources/templates/beams/spine-posterior.json' with { type: 'json' };
import wholeBrain from '../../../../../resources/templates/beams/whole-brain.json' with { type: 'json' };
import { IsocenterError } from '../../../contract/errors.ts';
import type { Beam } from '../../../model/plan.ts';

const degrees = z.number().min(0).max(360);

const beamSchema = z.object({
  /** Without blanks; what the beam is called, with a number behind where the plan has one of that name. */
  name: z.string().regex(/^[\p{L}\p{N}_.+-]{1,13}$/u, 'a beam’s name has 1 to 13 letters, digits, _.+-'),
  gantry: degrees,
  collimator: degrees.default(0),
  couch: degrees.default(0),
  /** Share in the target's mean dose against the other beams. */
  weight: z.number().min(0).default(1),
  /** From the target's outline to the aperture, mm. */
  margin: z.number().min(-20).max(60).optional(),
  /** Of the machine, by its ID; orientation as DICOM has it, degrees. */
  wedge: z.object({ id: z.string().min(1), orientation: degrees }).optional(),
});

export const beamTemplateSchema = z.object({
  name: z.string().min(1),
  /** What it is for, to sort by. */
  site: z.string().min(1),
  description: z.string(),
  /** Machine of the beams where the plan has none yet; the usual one where absent. */
  machine: z.string().optional(),
  /** The side its angles are meant for: on a target of the other side they are mirrored. Absent where sides do not matter. */
  side: z.enum(['left', 'right']).optional(),
  /** IEC 61217 angles for a patient that lies head first, supine. */
  beams: z.array(beamSchema).min(1).max(30),
});

/** An arrangement of beams for a site. */
export type BeamTemplate = z.infer<typeof beamTemplateSchema>;
export type TemplateBeam = BeamTemplate['beams'][number];

/** @throws IsocenterError INVALID_ATTRIBUTE naming what is wrong where. */
export function parseBeamTemplate(data: unknown, object: string): BeamTemplate {
  const parsed = beamTemplateSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, { object, attribute: issue.path.join('.') });
}

let shipped: readonly BeamTemplate[] | undefined;

/** The templates that come with the program (resources/templates/beams). */
export function beamTemplates(): readonly BeamTemplate[] {
  shipped ??= [pelvisBox, rectum, breastTangents, lungThree, lungFive, sbrtLung, wholeBrain, spine, palliative].map(
    (data) => parseBeamTemplate(data, data.name),
  );
  return shipped;
}

const turned = (angle: number): number => ((angle % 360) + 360) % 360;

/** The beam seen in the patient's midline plane. */
export const mirroredBeam = (beam: TemplateBeam): TemplateBeam => ({
  ...beam,
  gantry: turned(-beam.gantry),
  collimator: turned(-beam.collimator),
  couch: turned(-beam.couch),
  ...(beam.wedge && { wedge: { ...beam.wedge, orientation: turned(-beam.wedge.orientation) } }),
});

/**
 * The beam that enters a patient in another position where this one enters a patient head first, supine. Feet first the patient is turned
 * by 180° about the vertical, prone by 180° about the long axis (IEC 61217).
 * @throws IsocenterError GEOMETRY for decubitus positions, in which no gantry angle with the couch turned does the same.
 */
export function beamInPosition(beam: TemplateBeam, patientPosition: string): TemplateBeam {
  const { gantry, couch, wedge } = beam;
  const half = wedge && { wedge: { ...wedge, orientation: turned(wedge.orientation + 180) } };
  switch (patientPosition) {
    case 'HFS':
      return beam;
    case 'FFS':
      return { ...beam, gantry: turned(-gantry), ...half };
    case 'HFP':
      return { ...beam, gantry: turned(180 + gantry), couch: turned(-couch) };
    case 'FFP':
      return { ...beam, gantry: turned(180 - gantry), couch: turned(-couch), ...half };
    default:
      throw new IsocenterError('GEOMETRY', `beam templates are not made for position "${patientPosition}"`, {
        attribute: 'PatientPosition',
      });
  }
}

/** Whether a mirrored template is meant: its side and the target's, LPS mm, where x grows to the patient's left. */
export const isOtherSide = ({ side }: BeamTemplate, targetX: number, bodyX: number): boolean =>
  side !== undefined && (side === 'left') !== targetX >= bodyX;

/** What a beam's template says of it beside angles: weight and margin of its note. */
export interface NotedBeam {
  readonly beam: Beam;
  readonly weight: number;
  readonly margin?: number;
}

/**
 * A template of the static treatment beams of a plan in a patient that lies head first, supine.
 * @throws IsocenterError GEOMETRY in another position, USAGE without such a beam.
 */
export function beamTemplateOf(name: string, patientPosition: string, beams: readonly NotedBeam[]): BeamTemplate {
  if (patientPosition !== 'HFS')
    throw new IsocenterError('GEOMETRY', 'templates are made of plans of a patient head first, supine', {
      attribute: 'PatientPosition',
    });
  const still = beams.filter(
    ({ beam: { deliveryType, controlPoints } }) =>
      deliveryType === 'TREATMENT' && controlPoints.every(({ gantry }) => gantry === controlPoints[0].gantry),
  );
  if (still.length === 0) throw new IsocenterError('USAGE', 'the plan has no static treatment beam');
  const template = {
    name,
    site: 'Own',
    description: 'Own template',
    machine: still[0].beam.machine,
    beams: still.map(({ beam, weight, margin }) => {
      const { gantry, collimator, couch } = beam.controlPoints[0];
      const [wedge] = beam.wedges ?? [];
      return {
        name: beam.name.replace(/[^\p{L}\p{N}_.+-]/gu, '_').slice(0, 13) || `B${beam.number}`,
        gantry,
        collimator,
        couch,
        weight,
        ...(margin === undefined ? {} : { margin }),
        ...(wedge?.id === undefined || wedge.orientation === undefined
          ? {}
          : { wedge: { id: wedge.id, orientation: wedge.orientation } }),
      };
    }),
  };
  return parseBeamTemplate(template, name);
}
