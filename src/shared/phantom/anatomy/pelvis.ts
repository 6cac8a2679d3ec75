import type { Vec3 } from '#shared/geometry/vec.ts';
import {
  type Anatomy,
  type AnatomyMaker,
  ellipsoidVolume,
  lattice,
  type Part,
  paint,
  paintLayers,
} from '../anatomy.ts';
import { chain, grow, intersect, subtract, union } from '../combine.ts';
import type { Random } from '../random.ts';
import { ball, capsule, cuboid, ellipsoid, type Shape, tube } from '../shapes.ts';
import * as tissue from '../tissues.ts';
import { makeCouch } from './couch.ts';
import { makeSpine } from './spine.ts';

const HEAD_RADIUS = 24;
const PROSTATE: Vec3 = [23, 17, 20];
const BLADDER: Vec3 = [42, 31, 28];

/** A male pelvis with full bladder and some rectal gas. */
export const pelvis: AnatomyMaker = (random): Anatomy => {
  const body = tube(
    -150,
    150,
    (z) => ({ centre: [0, 4], half: [186 - 0.0007 * (z + 20) ** 2, 116 - 0.0003 * z ** 2] }),
    2.5,
  );
  const prostate = ellipsoid([0, 0, -28], PROSTATE);
  const bladder = ellipsoid([0, -16, 20], BLADDER);
  const vesicles = union([1, -1].map((side) => ellipsoid([side * 15, 17, -4], [15, 5, 7], [0, 0, side * 12])));
  const rectum = chain(
    [[0, 46, -100], [0, 34, -66], [0, 33, -40], [0, 37, -15], [2, 48, 15], [4, 52, 42], [14, 40, 66]],
    (t) => 10 + 7 * Math.sin(Math.PI * t),
  ); // biome-ignore format: points
  const femoralHead = (side: 1 | -1): Shape => ball([side * 88, -4, -8], HEAD_RADIUS);
  const spine = makeSpine({ from: 112, to: 150, y: () => 26, pitch: 34, body: [24, 17] });
  const cavity = ellipsoid([0, 4, 10], [72, 62, 118], [0, 0, 0], 2.5);
  const bones = pelvicBones();
  const femurs = union([1, -1].flatMap((side) => femur(side)));

  const parts: Part[] = [
    ...makeCouch(121, 150),
    paintLayers(body, [0, tissue.SKIN], [2, tissue.FAT], [20, tissue.MUSCLE]),
    ...fatPlanes(body),
    paint(cavity, tissue.FAT),
    ...[1, -1].map((side) => paint(ellipsoid([side * 56, 4, -22], [9, 36, 40]), tissue.MUSCLE)),
    paint(bowel(random), tissue.BOWEL),
    paintLayers(bones, [0, tissue.CORTICAL], [2.5, tissue.MARROW]),
    ...[1, -1].map((side) => paint(ball([side * 88, -4, -8], HEAD_RADIUS + 3), tissue.CARTILAGE)),
    paintLayers(femurs, [0, tissue.CORTICAL], [4, tissue.MARROW]),
    ...([1, -1] as const).map((side) => paintLayers(femoralHead(side), [0, tissue.CORTICAL], [2, tissue.FEMORAL_HEAD])),
    paint(vesicles, tissue.PROSTATE),
    paintLayers(bladder, [0, tissue.MUSCLE], [3, tissue.URINE]),
    paint(prostate, tissue.PROSTATE),
    paintLayers(rectum, [0, tissue.MUSCLE], [3.5, tissue.BOWEL]),
    paint(ellipsoid([1, 38, -4], [8, 8, 24], [-15, 0, 0]), tissue.AIR),
    ...spine.parts,
  ];
  return {
    title: 'Pelvis',
    sex: 'M',
    parts,
    rois: [
      { name: 'BODY', type: 'EXTERNAL', shape: body },
      { name: 'Prostate', type: 'CTV', shape: prostate, hu: tissue.PROSTATE.hu, volume: ellipsoidVolume(PROSTATE) },
      { name: 'PTV', type: 'PTV', shape: grow(prostate, 7) },
      { name: 'Bladder', type: 'ORGAN', shape: bladder, volume: ellipsoidVolume(BLADDER) },
      { name: 'Rectum', type: 'ORGAN', shape: rectum },
      ...([1, -1] as const).map((side) => ({
        name: `Femur_Head_${side === 1 ? 'L' : 'R'}`,
        type: 'ORGAN' as const,
        shape: femoralHead(side),
        volume: ellipsoidVolume([HEAD_RADIUS, HEAD_RADIUS, HEAD_RADIUS]),
      })),
      { name: 'Bone_Pelvic', type: 'ORGAN', shape: bones },
    ],
    ct: lattice([0, 14, 0], [420, 300, 225], [2, 2, 2.5]),
    mr: lattice([0, 0, 0], [400, 280, 210], [2, 2, 3.5]),
    noise: 16,
  };
};

/** Iliac wings, acetabula, pubic and ischial rami, sacrum and coccyx. */
function pelvicBones(): Shape {
  const paired = ([1, -1] as const).flatMap((s) => [
    ellipsoid([s * 98, 16, 68], [8, 54, 58], [0, s * 20, s * -28]),
    intersect(
      subtract(ball([s * 88, -4, -8], 35), [ball([s * 88, -4, -8], 28)]),
      cuboid(s === 1 ? [40, -60, -50] : [-98, -60, -50], s === 1 ? [98, 60, 40] : [-40, 60, 40]),
    ),
    capsule([s * 66, -30, -14], [s * 10, -58, -30], 9, 8),
    capsule([s * 10, -58, -30], [s * 14, -54, -46], 8, 7),
    capsule([s * 14, -54, -46], [s * 46, 4, -84], 6, 8),
    capsule([s * 68, 28, -24], [s * 50, 22, -82], 14, 12),
    capsule([s * 84, 30, 24], [s * 74, 24, -10], 16, 15),
    capsule([s * 30, 66, 70], [s * 66, 54, 60], 18, 13),
  ]);
  const sacrum = [0, 1, 2, 3, 4].map((n): Shape => {
    const z = 88 - 22 * n;
    return ellipsoid([0, 52 + 13 * n - 2.1 * n * n, z], [36 - 5 * n, 19 - 2 * n, 12], [-18, 0, 0], 2.5);
  });
  return union([...paired, ...sacrum, chain([[0, 72, -16], [0, 66, -40]], (t) => 8 - 4 * t)]); // biome-ignore format: points
}

/** Neck, greater trochanter and shaft; the head is painted on its own. */
const femur = (s: number): Shape[] => [
  capsule([s * 92, -4, -12], [s * 124, 8, -42], 15, 16),
  ellipsoid([s * 132, 14, -38], [16, 19, 24]),
  capsule([s * 128, 8, -48], [s * 122, 2, -150], 17, 14),
];

/** Fat between the muscle groups and between the thighs. */
const fatPlanes = (body: Shape): Part[] => [
  ...[1, -1].flatMap((s) => [
    paint(ellipsoid([s * 128, 44, -10], [46, 2.2, 90], [0, 0, s * 32]), tissue.FAT),
    paint(ellipsoid([s * 84, -52, -30], [42, 2.2, 80], [0, 0, s * 22]), tissue.FAT),
    paint(chain([[s * 48, -58, 110], [s * 62, -68, 20], [s * 66, -70, -120]], 8), tissue.FAT), // biome-ignore format: points
    paint(chain([[s * 46, -56, 110], [s * 60, -67, 20], [s * 64, -68, -120]], 4.5), tissue.BLOOD), // biome-ignore format: points
    paint(intersect(body, ellipsoid([s * 20, 96, -50], [6, 34, 70], [0, 0, s * 8])), tissue.FAT),
  ]),
  paint(intersect(body, ellipsoid([0, -20, -118], [10, 100, 34])), tissue.FAT),
];

/** Loops of small bowel above the bladder. */
function bowel(random: Random): Shape {
  const loops = Array.from({ length: 9 }, () => {
    const points: Vec3[] = [];
    let [x, y, z] = [random.between(-50, 50), random.between(-40, 10), random.between(60, 110)];
    for (let n = 0; n < 6; n++) {
      points.push([x, y, z]);
      x = Math.max(-55, Math.min(55, x + random.between(-26, 26)));
      y = Math.max(-46, Math.min(20, y + random.between(-18, 18)));
      z = Math.max(58, Math.min(118, z + random.between(-14, 14)));
    }
    return chain(points, random.between(8, 11));
  });
  return union(loops);
}
