import {
  type Anatomy,
  type AnatomyMaker,
  type AnatomyRoi,
  ellipsoidVolume,
  lattice,
  type Part,
  paint,
  paintLayers,
} from '../anatomy.ts';
import { chain, grow, intersect, subtract, union } from '../combine.ts';
import { ball, cuboid, ellipsoid, type Section, tube } from '../shapes.ts';
import * as tissue from '../tissues.ts';
import { makeCouch } from './couch.ts';
import { makeRibCage } from './ribcage.ts';
import { makeSpine } from './spine.ts';
import { vesselTree } from './vesselTree.ts';

const EXPONENT = 2.5;
const END = 160;

/** Outer contour: deepest at the chest, a little narrower towards the neck and the waist. */
const skin = (z: number): Section => ({
  centre: [0, 2],
  half: [172 - 0.0009 * (z - 20) ** 2 - 14 * rise(z, 70, 150), 115 - 0.0006 * (z - 10) ** 2 - 10 * rise(z, 60, 150)],
});

/** Inner chest wall: an egg that closes at the apices. */
const cavitySection = (z: number): Section => {
  const top = rise(z, 10, 135);
  return {
    centre: [0, -6 + 16 * top],
    half: [128 - 0.0006 * (z + 60) ** 2 - 62 * top ** 1.6, 84 - 44 * top ** 1.5],
  };
};

/** Smooth step from 0 at `from` to 1 at `to`. */
function rise(z: number, from: number, to: number): number {
  const t = Math.max(0, Math.min(1, (z - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** A supine adult chest, arms up: 400 × 300 × 240 mm, tumour in the right lung. */
export const thorax: AnatomyMaker = (random): Anatomy => {
  const body = tube(-END, END, skin, 2.5);
  const cavity = tube(-END, 122, cavitySection, EXPONENT);
  const spine = makeSpine({
    from: -150,
    to: 140,
    y: (z) => 50 + 0.0011 * (z - 10) ** 2 * (z > 10 ? -0.4 : -0.5),
    pitch: 25,
    body: [17, 14],
  });
  const cage = makeRibCage({
    cavity: cavitySection,
    exponent: EXPONENT,
    levels: spine.levels,
    sternum: { from: -55, to: 85, y: (z) => cavitySection(z).centre[1] - cavitySection(z).half[1] - 7 },
  });

  const heart = ellipsoid([22, -30, -42], [50, 38, 56], [20, 25, 30]);
  const chambers = union([
    ellipsoid([36, -24, -50], [22, 17, 36], [20, 25, 30]),
    ellipsoid([2, -44, -46], [24, 13, 34], [20, 25, 30]),
    ellipsoid([16, -4, -18], [24, 12, 18]),
  ]);
  const arch = chain([[4, -26, 10], [2, -30, 34], [6, -20, 52], [16, 4, 58], [24, 28, 48], [24, 40, 30]], 13); // biome-ignore format: points
  const descending = chain([[24, 40, 30], [24, 40, -60], [18, 36, -END]], 11.5); // biome-ignore format: points
  const pulmonary = union([
    chain([[14, -40, 0], [12, -26, 20], [10, -8, 24]], 13), // biome-ignore format: points
    chain([[10, -8, 24], [-14, -4, 22], [-40, 0, 16]], (t) => 11 - 3 * t), // biome-ignore format: points
    chain([[10, -8, 24], [30, 4, 24], [46, 8, 18]], (t) => 11 - 3 * t), // biome-ignore format: points
  ]);
  const vena = chain([[-24, -22, 110], [-22, -20, 50], [-18, -22, -10]], 9); // biome-ignore format: points
  const airway = union([
    chain([[0, 6, 125], [0, 12, 60], [0, 14, 34]], 9), // biome-ignore format: points
    chain([[0, 14, 34], [-16, 14, 22], [-38, 12, 10]], (t) => 7.5 - 1.5 * t), // biome-ignore format: points
    chain([[0, 14, 34], [20, 14, 16], [42, 16, 8]], (t) => 7 - 1.5 * t), // biome-ignore format: points
  ]);
  const oesophagus = chain([[4, 26, 130], [4, 28, 40], [8, 28, -40], [14, 18, -END]], 6.5); // biome-ignore format: points

  const domes = [ellipsoid([-64, 2, -160], [92, 96, 92]), ellipsoid([70, 0, -172], [88, 92, 92])];
  const mediastinum = tube(-END, 140, (z) => ({ centre: [4, -4], half: [27 - 6 * rise(z, 40, 110), 58] }));
  const hollow = [grow(heart, 4), mediastinum, ...domes.map((dome) => grow(dome, 3))];
  const midline = (side: 1 | -1) =>
    side === 1 ? cuboid([4, -200, -END], [200, 200, END]) : cuboid([-200, -200, -END], [-4, 200, END]);
  const paravertebral = tube(-END, END, (z) => ({
    centre: [0, 62 + (z > 10 ? -0.0004 : -0.0005) * (z - 10) ** 2],
    half: [24, 30],
  }));
  const lung = (side: 1 | -1) =>
    subtract(intersect(grow(cavity, -2.5), midline(side), 14), [...hollow, grow(descending, 2), paravertebral], 8);
  const [left, right] = [lung(1), lung(-1)];

  const lobes = [ball([-72, -14, 22], 14), ball([-64, -18, 26], 11), ball([-76, -6, 16], 11), ball([-70, -20, 14], 10)];
  const gtv = union(lobes);
  const vessels = union([
    vesselTree(random, [-40, 0, 16], [-1, 0.2, -0.4], 6, right),
    vesselTree(random, [-40, -2, 18], [-0.6, -0.5, 0.8], 5, right),
    vesselTree(random, [-38, 6, 6], [-0.7, 0.6, -0.7], 5, right),
    vesselTree(random, [46, 8, 18], [1, 0.2, 0.5], 6, left),
    vesselTree(random, [46, 10, 14], [0.6, 0.7, -0.6], 5, left),
    vesselTree(random, [44, 2, 20], [0.6, -0.6, 0.8], 5, left),
  ]);
  const liver = intersect(grow(cavity, -3), union([domes[0], ellipsoid([0, -20, -190], [90, 60, 100])]));
  const spleen = intersect(grow(cavity, -4), ellipsoid([88, 34, -128], [34, 44, 46]));
  const stomach = intersect(grow(cavity, -4), ellipsoid([58, -14, -136], [44, 42, 44]));

  const parts: Part[] = [
    ...makeCouch(body.box.max[1], END),
    paintLayers(body, [0, tissue.SKIN], [2, tissue.FAT], [15, tissue.MUSCLE]),
    paintLayers(cavity, [-17, tissue.FAT], [-14, tissue.MUSCLE], [2, tissue.FAT]),
    paint(intersect(grow(cavity, -2.5), domes[1]), tissue.FAT),
    ...cage.parts,
    paint(left, tissue.LUNG),
    paint(right, tissue.LUNG),
    paint(liver, tissue.LIVER),
    paint(spleen, tissue.SPLEEN),
    paint(stomach, tissue.STOMACH),
    paint(intersect(grow(stomach, -4), ellipsoid([58, -46, -130], [36, 26, 34])), tissue.AIR),
    paint(vessels, tissue.VESSEL),
    paint(heart, tissue.MYOCARDIUM),
    paint(intersect(chambers, grow(heart, -6)), tissue.BLOOD),
    ...[vena, pulmonary, arch, descending].map((shape) => paint(shape, tissue.BLOOD)),
    paint(oesophagus, tissue.MUSCLE),
    paint(grow(airway, 2), tissue.CARTILAGE),
    paint(airway, tissue.AIR),
    ...spine.parts,
    paint(gtv, tissue.TUMOUR),
  ];
  const rois: AnatomyRoi[] = [
    { name: 'BODY', type: 'EXTERNAL', shape: body },
    { name: 'Lung_L', type: 'ORGAN', shape: left, hu: tissue.LUNG.hu },
    { name: 'Lung_R', type: 'ORGAN', shape: right, hu: tissue.LUNG.hu },
    { name: 'Heart', type: 'ORGAN', shape: heart, volume: ellipsoidVolume([50, 38, 56]) },
    { name: 'SpinalCord', type: 'ORGAN', shape: spine.cord, hu: tissue.CORD.hu },
    { name: 'Bone', type: 'ORGAN', shape: union([spine.bone, cage.bone]) },
    { name: 'GTV', type: 'GTV', shape: gtv, hu: tissue.TUMOUR.hu },
    { name: 'PTV', type: 'PTV', shape: grow(gtv, 8) },
  ];
  return {
    title: 'Thorax',
    sex: 'M',
    parts,
    rois,
    ct: lattice([0, 14, 0], [400, 300, 240], [2, 2, 3]),
    mr: lattice([0, 0, 0], [396, 288, 224], [2.2, 2.2, 4]),
    noise: 14,
  };
};
