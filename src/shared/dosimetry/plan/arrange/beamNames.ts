import type { Beam, ControlPoint } from '../../../model/plan.ts';

/** What a name is made of. */
type Named = Pick<Beam, 'deliveryType'> & { readonly controlPoints: readonly Pick<ControlPoint, 'gantry' | 'couch'>[] };

/** Names of our own making: what nameOfBeam gives, with or without a number behind. */
const OWN = /^(SU_)?G\d{3}(-G\d{3})?(T\d{3})?(_\d+)?$/;

const three = (degrees: number): string => String(Math.round(degrees) % 360).padStart(3, '0');

/**
 * A beam's name from what it is: G090 at gantry 90°, T030 behind it at couch 30°, G181-G179 for an arc, SU_ before it for a set-up beam. At most
 * 16 characters with a number behind, without blanks or signs that record-and-verify systems do not take (the limits TG-263, section 7.1,
 * sets for structure names, kept for beams too).
 */
export function nameOfBeam({ controlPoints, deliveryType }: Named): string {
  const first = controlPoints[0];
  const last = controlPoints.at(-1) ?? first;
  const arc = controlPoints.some(({ gantry }) => gantry !== first.gantry);
  const stop = arc ? `-G${three(last.gantry)}` : '';
  const table = Math.round(first.couch) % 360 === 0 ? '' : `T${three(first.couch)}`;
  return `${deliveryType === 'SETUP' ? 'SU_' : ''}G${three(first.gantry)}${stop}${table}`;
}

/** The name, or the name with the first number behind it that no other beam has: G045, G045_2. */
export function freeName(base: string, taken: readonly Pick<Beam, 'name'>[]): string {
  const names = new Set(taken.map(({ name }) => name));
  if (!names.has(base)) return base;
  let n = 2;
  while (names.has(`${base}_${n}`)) n++;
  return `${base}_${n}`;
}

/** Why a name of our own making misleads: it speaks of other angles than the beam has. Undefined for other names and true ones. */
export function misleadingName(beam: Named & Pick<Beam, 'name'>): string | undefined {
  if (!OWN.test(beam.name)) return undefined;
  const right = nameOfBeam(beam);
  return beam.name.replace(/_\d+$/, '') === right ? undefined : `called ${beam.name}, but its angles say ${right}`;
}
