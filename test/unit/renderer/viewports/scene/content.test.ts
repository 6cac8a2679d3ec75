import { describe, expect, it } from 'vitest';
import { openingOf } from '#shared/beamsEye/opening.ts';
import { beamScene } from '#renderer/viewports/scene/beamScene.ts';
import { halvesBackToFront } from '#renderer/viewports/scene/drawOrder.ts';
import { firstHit } from '#renderer/viewports/scene/pick.ts';
import { pickAt } from '#renderer/viewports/scene/sceneInput.ts';
import { sliceImage, sliceValues } from '#renderer/viewports/scene/sliceImage.ts';
import { tubeMesh } from '#renderer/viewports/scene/tubes.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { dot, length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { areaOf, normaliseRings } from '#shared/structures/contours/rings.ts';
import { roiSurface, type SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import { sphere } from '../../../shared/structures/shapes.ts';
import { testBeam, testImage, testRoi } from '../../document/documentBuilder.ts';

const hfs = iecFromPatient('HFS') ?? [];
const ISOCENTER: Vec3 = [10, 20, 30];

function beamAt(gantry: number, couch = 0, collimator = 0): Beam {
  const base = testBeam(1, gantry);
  const [first] = base.controlPoints;
  return {
    ...base,
    sourceAxisDistance: 1000,
    devices: [
      { type: 'ASYMX', pairs: 1 },
      { type: 'ASYMY', pairs: 1 },
      { type: 'MLCX', pairs: 3, leafBoundaries: [-30, -10, 10, 30] },
    ],
    controlPoints: [
      {
        ...first,
        couch,
        collimator,
        isocenter: ISOCENTER,
        positions: { ASYMX: [-40, 60], ASYMY: [-20, 25], MLCX: [-10, -50, 0, 20, 50, 0] },
      },
    ],
  };
}

const near = (a: Vec3, b: Vec3): void => expect(length(subtract(a, b))).toBeLessThan(1e-6);

describe('a beam as lines', () => {
  it('comes from its source through the isocenter, the couch turned as IEC 61217 says', () => {
    near(beamScene(beamAt(0), hfs).source, [10, 20 - 1000, 30]);
    near(beamScene(beamAt(90), hfs).source, [10 + 1000, 20, 30]);
    // Couch at 90°: head towards fixed −x, so a gantry at 270° (source at −x) shines on the vertex, at 90° from the feet.
    near(beamScene(beamAt(270, 90), hfs).source, [10, 20, 30 + 1000]);
    near(beamScene(beamAt(90, 90), hfs).source, [10, 20, 30 - 1000]);
    const { axis, isocenter, source } = beamScene(beamAt(37, 15), hfs);
    near(axis[0], source);
    const [along, whole] = [subtract(isocenter, source), subtract(axis[1], source)];
    expect(dot(along, whole) / (length(along) * length(whole))).toBeCloseTo(1, 12);
    expect(length(whole)).toBeCloseTo(1300, 6);
  });

  it('has the jaws’ pyramid: at the isocenter its edges are the jaw positions', () => {
    const { field, source } = beamScene(beamAt(0), hfs);
    const corners = field.slice(0, 4).map(([from, to]) => {
      near(from, source);
      const t = (ISOCENTER[1] - from[1]) / (to[1] - from[1]);
      return [from[0] + t * (to[0] - from[0]) - 10, from[2] + t * (to[2] - from[2]) - 30];
    });
    expect(corners.map(([x]) => Math.round(x)).sort((a, b) => a - b)).toEqual([-40, -40, 60, 60]);
    expect(corners.map(([, y]) => Math.round(y)).sort((a, b) => a - b)).toEqual([-20, -20, 25, 25]);
  });

  it('opens where jaws, leaves and blocks all do, in the plane through the isocenter', () => {
    const beam = beamAt(0);
    // Leaf pairs: y −30…−10 from −10 to 20, −10…10 from −50 to 50, 10…30 shut; jaws cut at y −20 and x −40 and 60.
    expect(areaOf(normaliseRings(openingOf(beam, beam.controlPoints[0])))).toBeCloseTo(30 * 10 + 90 * 20, 3);
    const block = { outline: [0, -10, 100, -10, 100, 10, 0, 10], type: 'SHIELDING' } as unknown as NonNullable<
      Beam['blocks']
    >[number];
    const shielded = { ...beam, blocks: [block] };
    expect(areaOf(normaliseRings(openingOf(shielded, beam.controlPoints[0])))).toBeCloseTo(300 + 40 * 20, 3);
    const { opening } = beamScene(beam, hfs);
    for (const [from] of opening) expect(from[1]).toBeCloseTo(20, 9);
    const [left, head] = [opening.map(([p]) => p[0] - 10), opening.map(([p]) => p[2] - 30)];
    expect([Math.min(...left), Math.max(...left), Math.min(...head), Math.max(...head)].map(Math.round)).toEqual([
      -40, 50, -20, 10,
    ]);
  });
});

describe('picking and order', () => {
  const ball = (x: number, y: number, r: number): SurfaceMesh => {
    const mesh = roiSurface(sphere(x, y, 0, r, 4));
    if (mesh === undefined) throw new Error('no surface');
    return mesh;
  };

  it('a ray meets the near side of a sphere, or nothing', () => {
    const mesh = ball(5, 40, 20);
    expect(firstHit(mesh, [5, 0, 0], [0, 1, 0])).toBeCloseTo(20, 0);
    // The ray is a line: what lies behind its origin is nearer to the eye.
    expect(firstHit(mesh, [5, 100, 0], [0, 1, 0])).toBeCloseTo(-80, 0);
    expect(firstHit(mesh, [30, 0, 0], [0, 1, 0])).toBeUndefined();
  });

  it('a click means what is seen: the nearest solid thing, a film only where nothing lies behind it', () => {
    const camera = { centre: [0, 0, 0], right: [1, 0, 0], down: [0, 0, -1], scale: 1 } as const;
    const shown = (number: number, mesh: SurfaceMesh, opacity: number) => ({
      mesh,
      opacity,
      color: [255, 0, 0] as const,
      roi: testRoi(number, `R${number}`),
    });
    const [body, target, organ] = [
      shown(1, ball(0, 0, 60), 0.15),
      shown(2, ball(0, 10, 15), 1),
      shown(3, ball(0, -30, 8), 0.4),
    ];
    const everything = [body, target, organ];
    const at = (x: number, z: number) => pickAt(camera, [x, 0, z], everything, [])?.roi?.number;
    expect(at(0, 0)).toBe(3);
    expect(at(12, 0)).toBe(2);
    expect(at(40, 0)).toBe(1);
    expect(at(90, 0)).toBeUndefined();
    expect(pickAt(camera, [12, 0, 0], everything, [])?.point[1]).toBeCloseTo(10 - 9, 0);
    // A coronal picture before the target hides it; through its transparent part the click goes on.
    const picture = {
      id: 'coronal',
      width: 2,
      height: 1,
      pixels: Uint8Array.of(0, 0, 0, 0, 90, 90, 90, 255),
      corners: [[-20, -20, 20], [20, -20, 20], [-20, -20, -20]],
    } as const; // biome-ignore format: three corners
    const through = pickAt(camera, [12, 0, 0], [target], [picture]);
    expect(through?.roi).toBeUndefined();
    expect(through?.point[1]).toBeCloseTo(-20, 6);
    expect(pickAt(camera, [-12, 0, 0], [target], [picture])?.roi?.number).toBe(2);
  });

  it('halves of nested and of separate surfaces go from the back to the front', () => {
    const [outer, inner, behind] = [ball(0, 0, 40), ball(0, 5, 10), ball(0, 100, 15)].map((mesh, index) => ({
      mesh,
      name: ['outer', 'inner', 'behind'][index],
    }));
    const order = halvesBackToFront([inner, behind, outer], [0, 1, 0]).map(({ item, half }) => `${item.name} ${half}`);
    expect(order).toEqual(['behind far', 'behind near', 'outer far', 'inner far', 'inner near', 'outer near']);
  });

  it('a tube is a line of the radius asked for', () => {
    const { vertices, normals } = tubeMesh([[[0, 0, 0], [0, 30, 40]]], 2); // biome-ignore format: one segment
    for (let i = 0; i < vertices.length; i += 3) {
      const at: Vec3 = [vertices[i], vertices[i + 1], vertices[i + 2]];
      const along = dot(at, [0, 0.6, 0.8]);
      expect(length(subtract(at, [0, 0.6 * along, 0.8 * along]))).toBeCloseTo(2, 5);
      expect(length([normals[i], normals[i + 1], normals[i + 2]])).toBeCloseTo(1, 5);
    }
  });
});

describe('a slice as a picture', () => {
  it('has the image’s values under the window, and lies where its voxels do', () => {
    const image = { ...testImage(), spacing: [2, 2, 2] as const };
    const through: Vec3 = [image.origin[0], image.origin[1], image.origin[2] + image.spacing[2]];
    const slice = sliceValues(image, 'axial', through);
    const { plane, values } = slice;
    expect([plane.width, plane.height]).toEqual([image.dims[0], image.dims[1]]);
    const size = image.dims[0] * image.dims[1];
    values.forEach((value, p) => expect(value).toBeCloseTo(image.data[size + p] * image.slope + image.intercept, 3));
    const picture = sliceImage('axial', slice, { center: 40, width: 400 }, 'HU');
    const [topLeft, topRight, bottomLeft] = picture.corners;
    expect(length(subtract(topRight, topLeft))).toBeCloseTo(image.dims[0] * image.spacing[0], 6);
    expect(length(subtract(bottomLeft, topLeft))).toBeCloseTo(image.dims[1] * image.spacing[1], 6);
    near(topLeft, [
      image.origin[0] - image.spacing[0] / 2,
      image.origin[1] - image.spacing[1] / 2,
      image.origin[2] + image.spacing[2],
    ]);
  });

  it('leaves out the air that the edge reaches and keeps the air within', () => {
    const rows = ['.......', '.#####.', '.#...#.', '.#####.', '.......'];
    const values = Float32Array.from(rows.join(''), (c) => (c === '#' ? 40 : -1000));
    const plane = { origin: [0, 0, 0], right: [1, 0, 0], down: [0, 1, 0], width: 7, height: 5, spacing: 1 } as const;
    const { pixels } = sliceImage('axial', { plane, values }, { center: 40, width: 400 }, 'HU');
    const at = (x: number, y: number): number[] => [...pixels.subarray(4 * (7 * y + x), 4 * (7 * y + x) + 4)];
    expect(at(0, 0)).toEqual([0, 0, 0, 0]);
    expect(at(3, 2)).toEqual([0, 0, 0, 255]);
    expect(at(1, 1)).toEqual([127, 127, 127, 255]);
  });
});
