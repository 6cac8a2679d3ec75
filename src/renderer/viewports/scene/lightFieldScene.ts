import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Rgb } from '#shared/model/structures.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { lightFieldOf } from '../beamsEye/beamSkin.ts';
import { useBeamsEye } from '../beamsEye/beamsEyeStore.ts';
import type { SceneSurface } from './sceneRenderer.ts';
import { tubeMesh } from './tubes.ts';

const LIGHT: Rgb = [255, 250, 190];
const RADIUS = 1.2;

const meshes = new WeakMap<readonly (readonly Vec3[])[], SurfaceMesh>();

/** The edge of the selected beam's light field on the skin, where it is shown. */
export function lightFieldSurfaces({ plan, structures }: ClinicalDocument, selected: number | null): SceneSurface[] {
  const beam = plan?.beams.find(({ number }) => number === selected);
  if (plan === undefined || beam === undefined || !useBeamsEye.getState().light) return [];
  const lines = lightFieldOf(plan, beam, structures);
  let mesh = meshes.get(lines);
  if (mesh === undefined) {
    mesh = tubeMesh(
      lines.flatMap((line) => line.slice(1).map((to, n) => [line[n], to] as const)),
      RADIUS,
    );
    meshes.set(lines, mesh);
  }
  return [{ mesh, color: LIGHT, opacity: 1 }];
}
