import { iecFromPatient } from '#shared/geometry/iec.ts';
import { add, scale, type Vec3 } from '#shared/geometry/vec.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Rgb, Roi } from '#shared/model/structures.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { PLANE_COLORS } from '../plane/crosshairPainter.ts';
import { type ImageLayer, useLayers } from '../layers/layers.ts';
import { planeAxes, sliceIndexOf } from '../plane/planes.ts';
import type { PlaneId } from '../plane/planeView.ts';
import { useView } from '../viewStore.ts';
import { type BeamScene, beamScene } from './beamScene.ts';
import type { Box } from './camera.ts';
import type { ScenePicture, SceneSurface } from './sceneRenderer.ts';
import { useScene } from './sceneStore.ts';
import { type SliceImage, sliceImage, type SliceValues, sliceValues } from './sliceImage.ts';
import { firstDose } from '../painters/dose/comparedDoses.ts';
import { shownIsodoses, shownRois, type SurfaceSupply } from './surfaceSupply.ts';
import { tubeMesh } from './tubes.ts';

const AXIS: Rgb = [255, 214, 102];
const FIELD: Rgb = [176, 142, 58];
const OPENING: Rgb = [255, 120, 60];
const ISOCENTER: Rgb = [255, 90, 90];
/** Isodoses are films around what they hold. */
const ISODOSE_OPACITY = 0.35;
const CROSS = 9;

/** How solid a ROI's surface is: what is treated is, what is around it lets it be seen. */
function opacityOf({ type }: Pick<Roi, 'type'>): number {
  const { bodyOpacity, organOpacity } = useScene.getState();
  if (type === 'GTV' || type === 'CTV' || type === 'MARKER') return 1;
  if (type === 'PTV') return Math.max(0.5, organOpacity);
  return type === 'EXTERNAL' || type === 'SUPPORT' || type === 'BOLUS' ? bodyOpacity : organOpacity;
}

export interface ShownRoi extends SceneSurface {
  readonly roi: Roi;
}

/** The surfaces of the ROIs that are shown and ready. */
export const roiSurfaces = (supply: SurfaceSupply): ShownRoi[] =>
  shownRois().flatMap((roi) => {
    const mesh = supply.surfaceOf(roi);
    return mesh === null ? [] : [{ roi, mesh, color: roi.color, opacity: opacityOf(roi) }];
  });

export function isodoseSurfaces(supply: SurfaceSupply, document: ClinicalDocument): SceneSurface[] {
  const dose = firstDose(document)?.dose;
  if (dose === undefined) return [];
  return shownIsodoses().flatMap(({ gray, color }) => {
    const mesh = supply.isodoseOf(dose, gray);
    return mesh === null ? [] : [{ mesh, color, opacity: ISODOSE_OPACITY }];
  });
}

interface BeamTubes {
  readonly scene: BeamScene;
  readonly thin: readonly SceneSurface[];
  readonly thick: readonly SceneSurface[];
}

const tubesOfBeam = new WeakMap<Beam, BeamTubes>();

function beamTubes(beam: Beam, plan: Plan): BeamTubes | undefined {
  const known = tubesOfBeam.get(beam);
  if (known !== undefined) return known;
  const iecFromLps = iecFromPatient(plan.patientPosition);
  if (iecFromLps === undefined) return undefined;
  const scene = beamScene(beam, iecFromLps);
  const arms = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map(
    (axis) => [add(scene.isocenter, scale(axis, -CROSS)), add(scene.isocenter, scale(axis, CROSS))] as const,
  ); // biome-ignore format: three arms
  const drawn = (radius: number): SceneSurface[] => [
    { mesh: tubeMesh([scene.axis], radius), color: AXIS, opacity: 1 },
    { mesh: tubeMesh(scene.field, 0.8 * radius), color: FIELD, opacity: 1 },
    { mesh: tubeMesh(scene.opening, 1.4 * radius), color: OPENING, opacity: 1 },
    { mesh: tubeMesh(arms, 1.1), color: ISOCENTER, opacity: 1 },
  ];
  const made = { scene, thin: drawn(0.5), thick: drawn(1) };
  tubesOfBeam.set(beam, made);
  return made;
}

/** The beams of the plan as tubes, the selected one thicker. */
export function beamSurfaces(plan: Plan, selected: number | null): SceneSurface[] {
  return plan.beams.flatMap((beam) => {
    const tubes = beamTubes(beam, plan);
    return tubes === undefined ? [] : beam.number === selected ? tubes.thick : tubes.thin;
  });
}

/** Where a beam's name stands: on its axis, 150 mm from the isocenter towards the source. */
export function beamLabelPoint(beam: Beam, plan: Plan): Vec3 | undefined {
  const scene = beamTubes(beam, plan)?.scene;
  if (scene === undefined) return undefined;
  const { source, isocenter } = scene;
  return add(isocenter, scale(add(source, scale(isocenter, -1)), 150 / beam.sourceAxisDistance));
}

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

interface KnownSlice {
  readonly image: ImageVolume;
  readonly index: number;
  readonly window: ImageLayer['window'];
  readonly values: SliceValues;
  readonly picture: SliceImage;
}

/** The slices through the crosshair as pictures; one that neither moved nor was windowed anew is the same record as before. */
export function makeSlices(): () => ScenePicture['slices'] {
  const known = new Map<PlaneId, KnownSlice>();
  return () => {
    const { primary } = useLayers.getState();
    const { crosshair } = useView.getState();
    const { slices } = useScene.getState();
    if (primary === null || !primary.visible) return [];
    const { image, window } = primary;
    return [...slices].map((id) => {
      const index = sliceIndexOf(planeAxes(image, id), crosshair);
      const before = known.get(id);
      const moved = before?.image !== image || before.index !== index;
      if (before === undefined || moved || before.window !== window) {
        const values = moved || before === undefined ? sliceValues(image, id, crosshair) : before.values;
        known.set(id, { image, index, window, values, picture: sliceImage(id, values, window, image.unit) });
      }
      return { ...(known.get(id) as KnownSlice).picture, frame: rgbOf(PLANE_COLORS[id]) };
    });
  };
}

/** What a fitted view holds: the body where there is one, else the image. */
export function patientBox({ primary, structures }: Pick<ClinicalDocument, 'primary' | 'structures'>): Box {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const include = (points: ArrayLike<number>): void => {
    for (let i = 0; i < points.length; i++) {
      low[i % 3] = Math.min(low[i % 3], points[i]);
      high[i % 3] = Math.max(high[i % 3], points[i]);
    }
  };
  const body = structures.rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
  if (body !== undefined) for (const { points } of body.contours) include(points);
  else
    for (let corner = 0; corner < 8; corner++)
      include(
        indexToPatient(primary, [
          (corner & 1) * (primary.dims[0] - 1),
          ((corner >> 1) & 1) * (primary.dims[1] - 1),
          (corner >> 2) * (primary.dims[2] - 1),
        ]),
      );
  return { low, high };
}

/** The mesh nearest to the viewer's eye is what a click means; films are clicked through. */
export const isSolid = ({ opacity }: SceneSurface): boolean => opacity > 0.3;
