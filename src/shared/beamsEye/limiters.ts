import type { Block } from '../model/accessories.ts';
import type { Beam, BeamLimitingDevice, ControlPoint } from '../model/plan.ts';
import type { Ring } from '../structures/contours/rings.ts';
import { jawsOf, openingOf, rectangle } from './opening.ts';
import type { Drawing, Mark, Shape } from './shapes.ts';

const JAW = '#ffd666';
const LEAF = { line: '#93a1b3', fill: 'rgba(96, 116, 140, 0.38)' } as const;
/** The second layer of leaves, where a machine has two. */
const LEAF_2 = { line: '#8f9a6a', fill: 'rgba(120, 130, 84, 0.4)' } as const;
const OPENING = '#ff783c';
const BLOCK = { line: '#ff9d4d', fill: 'rgba(255, 157, 77, 0.35)' } as const;
const WEDGE = 'rgba(126, 200, 255, 0.8)';

/** What the leaves of one device cover: negative side, then positive side of each pair, from `reach` mm to the leaf's end. */
export function leafRings(device: BeamLimitingDevice, { positions }: ControlPoint, reach: number): Ring[] {
  const { type, pairs, leafBoundaries } = device;
  const ends = positions[type];
  if (!type.startsWith('MLC') || ends === undefined || leafBoundaries === undefined) return [];
  const covered: Ring[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const [low, high] = [leafBoundaries[pair], leafBoundaries[pair + 1]];
    const [negative, positive] = [ends[pair], ends[pairs + pair]];
    const far = Math.max(reach, Math.abs(negative), Math.abs(positive));
    if (type === 'MLCY') covered.push(rectangle(low, -far, high, negative), rectangle(low, positive, high, far));
    else covered.push(rectangle(-far, low, negative, high), rectangle(positive, low, far, high));
  }
  return covered;
}

/** Leaves, jaws, blocks, wedges and the edge of the field at a control point, in collimator axes. `reach`: mm from the axis to the view's edge. */
export function limiters(beam: Beam, control: ControlPoint, reach: number): Drawing {
  const shapes: Shape[] = [];
  const marks: Mark[] = [];
  for (const device of beam.devices) {
    const rings = leafRings(device, control, reach);
    if (rings.length > 0)
      shapes.push({ rings, closed: true, width: 0.6, ...(device.type === 'MLCX2' ? LEAF_2 : LEAF) });
  }
  shapes.push(...blockShapes(beam.blocks ?? [], reach));
  const jaws = jawsOf(control);
  if (jaws !== undefined) {
    const [x1, x2, y1, y2] = jaws;
    shapes.push({ rings: [rectangle(x1, y1, x2, y2)], closed: true, line: JAW, width: 1.5 });
    const named = (text: string, x: number, y: number, align: Mark['align']): number =>
      marks.push({ at: [x, y], text, color: JAW, align });
    named('X1', x1 - 2, (y1 + y2) / 2 + 5, 'right');
    named('X2', x2 + 2, (y1 + y2) / 2 + 5, 'left');
    named('Y1', (x1 + x2) / 2 + 8, y1 - 5, 'left');
    named('Y2', (x1 + x2) / 2 + 8, y2 + 5, 'left');
  }
  shapes.push({ rings: openingOf(beam, control), closed: true, line: OPENING, width: 2 });
  addWedges(beam, control, reach, shapes, marks);
  return { shapes, marks };
}

/** Shielding filled inside, apertures filled outside of all of them. */
function blockShapes(blocks: readonly Block[], reach: number): Shape[] {
  const outlined = (type: Block['type']): Ring[] =>
    blocks
      .filter((block) => block.type === type && block.outline.length >= 6)
      .map(({ outline }) => Float64Array.from(outline));
  const [apertures, shields] = [outlined('APERTURE'), outlined('SHIELDING')];
  return [
    ...shields.map((ring): Shape => ({ rings: [ring], closed: true, width: 1.5, ...BLOCK })),
    ...(apertures.length === 0
      ? []
      : [
          { rings: apertures, closed: true, width: 1.5, line: BLOCK.line },
          { rings: [rectangle(-reach, -reach, reach, reach), ...apertures], closed: true, fill: BLOCK.fill },
        ]),
  ];
}

/** Each wedge that is in, seen from its side at the edge of the view. */
function addWedges(beam: Beam, control: ControlPoint, reach: number, shapes: Shape[], marks: Mark[]): void {
  const positions = control.wedgePositions ?? {};
  for (const { number, angle, orientation } of beam.wedges ?? []) {
    if (positions[number] !== 'IN' || orientation === undefined) continue;
    const turn = (orientation * Math.PI) / 180;
    const place = (across: number, along: number): [number, number] => [
      reach * (across * Math.cos(turn) - along * Math.sin(turn)),
      reach * (across * Math.sin(turn) + along * Math.cos(turn)),
    ];
    const triangle = Float64Array.from([...place(-0.94, -0.5), ...place(-0.82, -0.5), ...place(-0.82, 0.5)]);
    shapes.push({ rings: [triangle], closed: true, fill: WEDGE });
    marks.push({ at: place(-0.74, -0.42), text: `W${angle ?? ''}`, color: '#dfe6ee', align: 'center' });
  }
}
