import type { Block, Wedge } from '#shared/model/accessories.ts';
import type { Beam } from '#shared/model/plan.ts';

/** Where the thin edge of a wedge looks at the orientations a planner chooses from; IEC beam limiting device axes. */
export const ORIENTATIONS: readonly { readonly degrees: number; readonly thinEdge: string }[] = [
  { degrees: 0, thinEdge: 'Y+' },
  { degrees: 90, thinEdge: 'X−' },
  { degrees: 180, thinEdge: 'Y−' },
  { degrees: 270, thinEdge: 'X+' },
];

export interface Mark {
  readonly short: string;
  readonly long: string;
}

/** What a beam carries, in marks for the table: W for wedges, Tr for a tray, Bl for blocks, Bo for boli, Co, Ap and Ac for the rest. */
export function accessoryMarks(beam: Beam): Mark[] {
  const many = (items: readonly unknown[] | undefined, short: string, long: string): Mark[] =>
    items === undefined || items.length === 0 ? [] : [{ short, long: `${items.length} × ${long}` }];
  const { totalBlockTrayFactor: tray } = beam;
  return [
    ...(beam.wedges ?? []).map((wedge) => ({ short: `W${wedge.angle ?? ''}`, long: wedgeWords(wedge) })),
    ...(tray === undefined ? [] : [{ short: 'Tr', long: `tray, lets ${percent(tray)} through` }]),
    ...many(beam.blocks, 'Bl', 'block'),
    ...many(beam.boluses, 'Bo', 'bolus'),
    ...many(beam.compensators, 'Co', 'compensator'),
    ...many(beam.applicators, 'Ap', 'applicator'),
    ...many(beam.generalAccessories, 'Ac', 'accessory'),
  ];
}

export function wedgeWords({ id, angle, orientation, type, number }: Wedge): string {
  const side = ORIENTATIONS.find(({ degrees }) => degrees === orientation)?.thinEdge;
  const turned =
    orientation === undefined
      ? 'orientation not stated'
      : `at ${orientation}°${side === undefined ? '' : ` (thin edge ${side})`}`;
  return `wedge ${id ?? number}, ${angle === undefined ? 'angle not stated' : `${angle}°`}, ${turned}${type === 'STANDARD' || type === '' ? '' : `, ${type.toLowerCase()}`}`;
}

export function blockWords({ number, name, type, transmission, materialId, thickness, divergence }: Block): string {
  const lets = transmission === undefined ? 'transmission not stated' : `lets ${percent(transmission)} through`;
  const cut = { PRESENT: ', cut along the rays', ABSENT: ', cut straight', '': '' }[divergence];
  const made = materialId === '' ? '' : `, ${thickness === undefined ? '' : `${thickness} mm `}${materialId}`;
  return `${name ?? `Block ${number}`}: ${type.toLowerCase()}, ${lets}${made}${cut}`;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
