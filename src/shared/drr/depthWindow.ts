/** Planes across the beam axis between which matter counts, mm from the isocenter and positive away from the source. */
export interface DepthWindow {
  readonly near: number;
  readonly far: number;
}

export const EVERYTHING: DepthWindow = { near: Number.NEGATIVE_INFINITY, far: Number.POSITIVE_INFINITY };

export const isEverything = ({ near, far }: DepthWindow): boolean => near === -Infinity && far === Infinity;
