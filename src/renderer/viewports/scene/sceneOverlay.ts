import { dot, scale as times, type Vec3 } from '#shared/geometry/vec.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { paintScaleBar } from '../plane/crosshairPainter.ts';
import { paintEdgeLetters } from '../plane/edgeLetters.ts';
import { orientationLetters } from '../plane/orientation.ts';
import { firstDose } from '../painters/dose/comparedDoses.ts';
import { paintDoseRemarks } from '../painters/dose/doseLabelPainter.ts';
import { css, haloText } from '../painters/ink.ts';
import { type SceneCamera, toScene, viewDirection } from './camera.ts';
import { beamLabelPoint } from './sceneContent.ts';

/** The buttons at the top, px. */
const BAR = 26;
/** Where words in the upper left begin: below the buttons and the patient's name, px. */
const WORDS = BAR + 38;
/** Half the orientation cube's edge and where its middle lies from the lower left corner, px. */
const CUBE = { half: 16, x: 40, y: 44 } as const;

export interface SceneOverlay {
  readonly camera: SceneCamera;
  readonly width: number;
  readonly height: number;
  readonly document: ClinicalDocument;
  readonly beams: boolean;
  readonly doses: boolean;
  /** How many surfaces are not made yet. */
  readonly coming: number;
}

/** What stands over the 3-D picture: orientation, scale, beam names, and what speaks against the dose shown. */
export function paintSceneOverlay(context: CanvasRenderingContext2D, overlay: SceneOverlay): void {
  const { camera, width, height, document } = overlay;
  paintEdgeLetters(context, { ...camera, width, height }, BAR);
  paintCube(context, camera, CUBE.x, height - CUBE.y);
  paintScaleBar(context, { scale: camera.scale, width, height });
  context.textAlign = 'left';
  if (overlay.beams && document.plan !== undefined)
    for (const beam of document.plan.beams) {
      const point = beamLabelPoint(beam, document.plan);
      if (point === undefined) continue;
      const [x, y] = toScene(camera, width, height, point);
      if (x > 0 && x < width - 40 && y > BAR + 12 && y < height)
        haloText(context, beam.name, x + 4, y - 4, css([255, 214, 102]));
    }
  if (overlay.coming > 0)
    haloText(
      context,
      `${overlay.coming} ${overlay.coming === 1 ? 'surface' : 'surfaces'} to come`,
      8,
      WORDS,
      '#dfe6ee',
    );
  const first = overlay.doses ? firstDose(document) : undefined;
  if (first !== undefined) paintDoseRemarks(context, first.dose, first.stale, width, height);
}

/** Each face of the orientation cube: its outward direction, and the two along its edges. */
const FACES: readonly (readonly [out: Vec3, a: Vec3, b: Vec3])[] = ([0, 1, 2] as const).flatMap((axis) =>
  [1, -1].map((sign) => {
    const unit = (along: number, length: number): Vec3 =>
      [0, 1, 2].map((i) => (i === along ? length : 0)) as unknown as Vec3;
    return [unit(axis, sign), unit((axis + 1) % 3, 1), unit((axis + 2) % 3, 1)] as const;
  }),
);

/** A small cube turned like the patient, each face with its letter. */
function paintCube(context: CanvasRenderingContext2D, camera: SceneCamera, cx: number, cy: number): void {
  const towards = times(viewDirection(camera), -1);
  const at = (v: Vec3): [number, number] => [
    cx + CUBE.half * dot(v, camera.right),
    cy + CUBE.half * dot(v, camera.down),
  ];
  context.save();
  context.font = '700 12px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [out, a, b] of FACES) {
    const facing = dot(out, towards);
    if (facing <= 0.02) continue;
    context.beginPath();
    for (const [i, j] of [[1, 1], [1, -1], [-1, -1], [-1, 1]]) // biome-ignore format: corners
      context.lineTo(...at([0, 1, 2].map((n) => out[n] + i * a[n] + j * b[n]) as unknown as Vec3));
    context.closePath();
    const grey = Math.round(70 + 90 * facing);
    context.fillStyle = `rgb(${grey - 20}, ${grey}, ${grey + 20})`;
    context.fill();
    context.strokeStyle = '#0c1118';
    context.lineWidth = 1.5;
    context.stroke();
    if (facing < 0.35) continue;
    context.fillStyle = '#fff';
    context.fillText(orientationLetters(out), ...at(out));
  }
  context.restore();
}
