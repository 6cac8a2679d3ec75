import type { Vec3 } from '#shared/geometry/vec.ts';
import {
  type Anatomy,
  type AnatomyMaker,
  cylinderVolume,
  ellipsoidVolume,
  lattice,
  type Part,
  paint,
  paintLayers,
} from '../anatomy.ts';
import { blend, chain, grow, intersect, subtract, union } from '../combine.ts';
import type { Random } from '../random.ts';
import { ball, capsule, cuboid, cylinder, ellipsoid, ringSector, type Shape, tube } from '../shapes.ts';
import * as tissue from '../tissues.ts';
import { makeCouch } from './couch.ts';
import { makeSpine } from './spine.ts';

const EYE_RADIUS = 12.2;
/** TG-119 C-shape (Ezzell et al., Med Phys 36, 2009): core of radius 10 mm, a 5 mm gap, target from 15 to 37 mm. */
const C_SHAPE = { centre: [0, 18, 28] as Vec3, core: 10, coreHalf: 50, inner: 15, outer: 37, half: 40, halfAngle: 125 };

/** A head with skull, brain, eyes and air cavities, and the C-shaped target of TG-119 round a core in the brain. */
export const head: AnatomyMaker = (random): Anatomy => {
  const spine = makeSpine({ from: -160, to: -76, y: () => 16, pitch: 18, body: [9, 8] });
  const skin = headSurface();
  const cranium = ellipsoid([0, 12, 22], [71, 91, 85]);
  const inner = ellipsoid([0, 12, 22], [64.5, 84, 78.5]);
  const cerebrum = intersect(ellipsoid([0, 12, 24], [62, 81, 74]), cuboid([-90, -90, -18], [90, 120, 120]), 10);
  const cerebellum = ellipsoid([0, 50, -30], [46, 32, 25]);
  const brainstem = chain([[0, 14, 2], [0, 20, -24], [0, 33, -62]], (t) => 13.5 - 6.5 * t); // biome-ignore format: points
  const brain = union([cerebrum, cerebellum, brainstem]);
  const eye = (side: 1 | -1): Shape => ball([side * 32, -62, -18], EYE_RADIUS);
  const lens = (side: 1 | -1): Shape => ellipsoid([side * 32, -71, -18], [4.6, 2, 4.6]);
  const nerve = (side: 1 | -1): Shape => chain([[side * 31, -50.5, -18], [side * 24, -36, -15], [side * 8, -18, -8]], 2.3); // biome-ignore format: points
  const base = skullBase();
  const cavities = union([
    ...[1, -1].flatMap((side) => [
      ellipsoid([side * 28, -52, -50], [14, 17, 17]),
      ellipsoid([side * 6, -58, -46], [3.5, 28, 20]),
    ]),
    ellipsoid([0, -12, -21], [13, 10, 8]),
    ellipsoid([0, -73, 12], [17, 5, 9]),
    chain([[0, -14, -52], [0, -8, -80], [0, -6, -165]], 7), // biome-ignore format: points
  ]);
  const skull = union([subtract(cranium, [inner, cuboid([-90, -120, -90], [90, 120, -42])]), ...base]);
  const target = ringSector(C_SHAPE.centre, C_SHAPE.inner, C_SHAPE.outer, C_SHAPE.halfAngle, C_SHAPE.half);
  const core = cylinder(C_SHAPE.centre, C_SHAPE.core, C_SHAPE.coreHalf);

  const parts: Part[] = [
    ...makeCouch(113, 130),
    paintLayers(skin, [0, tissue.SKIN], [2, tissue.FAT], [6, tissue.MUSCLE]),
    paint(intersect(grow(cranium, 0.5), cuboid([-90, -120, -40], [90, 120, 120])), tissue.MUSCLE),
    paintLayers(within(skull, skin), [0, tissue.CORTICAL], [2.2, tissue.MARROW]),
    paint(intersect(inner, cuboid([-90, -120, -22], [90, 120, 120])), tissue.CSF),
    paint(grow(cerebellum, 2), tissue.CSF),
    paint(grow(brainstem, 3), tissue.CSF),
    ...[1, -1].map((side) => paint(ellipsoid([side * 30, -54, -18], [18, 26, 17]), tissue.FAT)),
    paint(grow(cavities, 1.2), tissue.CORTICAL),
    paint(cavities, tissue.AIR),
    paintLayers(cerebrum, [0, tissue.BRAIN_GREY], [4.5, tissue.BRAIN_WHITE]),
    paint(intersect(sulci(random), grow(cerebrum, 2)), tissue.CSF),
    paintLayers(cerebellum, [0, tissue.BRAIN_GREY], [8, tissue.BRAIN_WHITE]),
    paint(cuboid([-0.8, -68, 30], [0.8, 92, 100]), tissue.CSF),
    ...[1, -1].map((side) => paint(ellipsoid([side * 9, 12, 36], [6, 34, 9], [0, 0, side * -8]), tissue.CSF)),
    paint(brainstem, tissue.BRAIN_WHITE),
    paint(target, tissue.ENHANCING),
    paint(core, tissue.BRAIN_WHITE),
    ...spine.parts,
    ...([1, -1] as const).flatMap((side) => [
      paintLayers(eye(side), [0, tissue.MUSCLE], [1.2, tissue.VITREOUS]),
      paint(lens(side), tissue.LENS),
      paint(nerve(side), tissue.BRAIN_WHITE),
    ]),
  ];
  const annulus = Math.PI * (C_SHAPE.outer ** 2 - C_SHAPE.inner ** 2);
  return {
    title: 'Head',
    sex: 'F',
    parts,
    rois: [
      { name: 'BODY', type: 'EXTERNAL', shape: skin },
      { name: 'Brain', type: 'ORGAN', shape: brain },
      { name: 'Brainstem', type: 'ORGAN', shape: brainstem, hu: tissue.BRAIN_WHITE.hu },
      { name: 'Skull', type: 'ORGAN', shape: intersect(skull, skin) },
      ...([1, -1] as const).flatMap((side) => [
        {
          name: `Eye_${side === 1 ? 'L' : 'R'}`,
          type: 'ORGAN' as const,
          shape: eye(side),
          volume: ellipsoidVolume([EYE_RADIUS, EYE_RADIUS, EYE_RADIUS]),
        },
        {
          name: `Lens_${side === 1 ? 'L' : 'R'}`,
          type: 'ORGAN' as const,
          shape: lens(side),
          volume: ellipsoidVolume([4.6, 2, 4.6]),
        },
        { name: `OpticNrv_${side === 1 ? 'L' : 'R'}`, type: 'ORGAN' as const, shape: nerve(side) },
      ]),
      {
        name: 'PTV',
        type: 'PTV',
        shape: target,
        hu: tissue.ENHANCING.hu,
        volume: (annulus * (C_SHAPE.halfAngle / 180) * 2 * C_SHAPE.half) / 1000,
      },
      {
        name: 'CORE',
        type: 'AVOIDANCE',
        shape: core,
        hu: tissue.BRAIN_WHITE.hu,
        volume: cylinderVolume(C_SHAPE.core, C_SHAPE.coreHalf),
      },
    ],
    ct: lattice([0, 8, -10], [258, 285, 240], [1.5, 1.5, 2.5]),
    mr: lattice([0, 0, -5], [240, 256, 228], [1.6, 1.6, 3]),
    noise: 10,
  };
};

/** Of a shape what lies within another, its layers as deep as they were: cutting it makes no new surface. */
const within = (shape: Shape, other: Shape): Shape => ({
  box: shape.box,
  distance: (x, y, z) => {
    const inner = shape.distance(x, y, z);
    const outer = other.distance(x, y, z);
    return outer > 0 ? Math.max(inner, outer) : inner;
  },
});

/** Cranium, face with nose, neck and ears as one skin. */
function headSurface(): Shape {
  const face = ellipsoid([0, -36, -48], [60, 52, 70], [0, 0, 0], 2.5);
  const neck = tube(-170, -10, (z) => ({ centre: [0, 24], half: [58 + 0.004 * (z + 80) ** 2, 58] }), 2.5);
  const main = blend(blend(ellipsoid([0, 12, 22], [78, 98, 92]), face, 30), neck, 20);
  const nose = ellipsoid([0, -88, -36], [13, 17, 20], [-20, 0, 0]);
  const withNose = blend(main, nose, 10);
  return blend(blend(withNose, ellipsoid([80, 20, -14], [6, 13, 28]), 4), ellipsoid([-80, 20, -14], [6, 13, 28]), 4);
}

/** Petrous bones, clivus, orbital roofs and rims, cheek bones, jaws. */
function skullBase(): Shape[] {
  const paired = ([1, -1] as const).flatMap((s) => [
    capsule([s * 66, 26, -28], [s * 20, 4, -20], 9, 6),
    capsule([s * 66, 34, -30], [s * 54, 36, -58], 9, 6),
    ellipsoid([s * 32, -40, -1], [30, 36, 2.6], [8, 0, 0]),
    ...chain([[s * 52, -56, -2], [s * 54, -58, -20], [s * 46, -64, -36], [s * 22, -70, -38]], 4).pieces ?? [], // biome-ignore format: points
    ...chain([[s * 52, -56, -24], [s * 57, -30, -30], [s * 62, 4, -26]], 3.5).pieces ?? [], // biome-ignore format: points
    ...chain([[s * 54, 4, -40], [s * 46, -4, -88], [s * 34, -50, -104], [s * 12, -72, -106], [0, -74, -106]], 6).pieces ?? [], // biome-ignore format: points
    ...chain([[s * 40, -40, -74], [s * 26, -66, -72], [0, -76, -72]], 5.5).pieces ?? [], // biome-ignore format: points
  ]);
  return [...paired, capsule([0, -2, -14], [0, 12, -46], 6), ellipsoid([0, 60, -58], [40, 26, 4])];
}

/** Meandering grooves on the cortex, filled with CSF. */
function sulci(random: Random): Shape {
  const grooves = Array.from({ length: 46 }, () => {
    let [azimuth, height] = [random.between(0, 2 * Math.PI), random.between(-0.1, 0.95)];
    const points: Vec3[] = [];
    for (let n = 0; n < 7; n++) {
      const ring = Math.sqrt(1 - height * height);
      points.push([60 * ring * Math.cos(azimuth), 12 + 79 * ring * Math.sin(azimuth), 24 + 72 * height]);
      azimuth += random.between(-0.05, 0.14);
      height = Math.max(-0.2, Math.min(0.97, height + random.between(-0.16, 0.1)));
    }
    return chain(points, 1.7);
  });
  return union(grooves);
}
