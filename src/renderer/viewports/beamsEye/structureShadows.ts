import type { Mat4 } from '#shared/geometry/affine.ts';
import { type ShadowCaster, shadowCaster } from '#shared/beamsEye/silhouette.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import type { Ring } from '#shared/structures/contours/rings.ts';

/** Contours may be simplified by this before they are projected, mm: less than a pixel of the view. */
const TOLERANCE = 0.3;

interface Known {
  readonly cast: ShadowCaster | undefined;
  shown?: { readonly view: string; readonly rings: readonly Ring[] };
}

const known = new WeakMap<readonly Contour[], Known>();

export interface Shadows {
  readonly cast: readonly { readonly roi: Roi; readonly rings: readonly Ring[] }[];
  /** How many are not cast yet: ask again. */
  readonly missing: number;
}

/**
 * Outlines of structures as the beam sees them, in the x, y of `frame`, mm at the isocenter plane. Those not known yet are cast for at most
 * `budget` ms (one at least), so that the page stays quick while the gantry turns. A structure that has no outline (points, contours that
 * are not planar, behind the source) has no rings.
 */
export function shadowsOf(rois: readonly Roi[], frame: Mat4, sad: number, budget: number): Shadows {
  const view = [...frame, sad].map((value) => value.toFixed(6)).join(' ');
  const from = performance.now();
  const cast: { roi: Roi; rings: readonly Ring[] }[] = [];
  let [missing, made] = [0, 0];
  for (const roi of rois) {
    let entry = known.get(roi.contours);
    if (entry?.shown?.view !== view) {
      if (made > 0 && performance.now() - from > budget) {
        missing++;
        continue;
      }
      made++;
      entry ??= { cast: casterOf(roi) };
      entry.shown = { view, rings: entry.cast?.(frame, sad) ?? [] };
      known.set(roi.contours, entry);
    }
    cast.push({ roi, rings: entry.shown.rings });
  }
  return { cast, missing };
}

function casterOf({ contours, name }: Roi): ShadowCaster | undefined {
  try {
    return shadowCaster(contours, TOLERANCE, name);
  } catch {
    return undefined;
  }
}
