import { type LeafProfiles, trimmed } from './leafProfiles.ts';

/** Parts of a field that is too wide for a carriage overlap by so much, mm, and fade into each other. */
const OVERLAP = 20;

/** Fluence in parts no wider than `widest` mm along the leaves, which together are the whole; one part where it fits. */
export function splitField(profiles: LeafProfiles, widest: number): LeafProfiles[] {
  const { width, columns, pairs, values } = profiles;
  const most = Math.floor(widest / width + 1e-6);
  if (columns <= most) return [profiles];
  const overlap = Math.max(0, Math.min(Math.floor(OVERLAP / width), Math.floor(most / 3)));
  const parts = Math.ceil((columns - overlap) / (most - overlap));
  const stride = (columns - overlap) / parts;
  const starts = Array.from({ length: parts }, (_, part) => Math.round(part * stride));
  const share = (part: number, column: number): number => {
    const rise = part === 0 ? 1 : fade(column - starts[part], overlap);
    const fall = part === parts - 1 ? 1 : 1 - fade(column - starts[part + 1], overlap);
    return Math.min(rise, fall);
  };
  return starts.flatMap((_, part) => {
    const own = Float64Array.from({ length: pairs * columns }, (_value, n) => values[n] * share(part, n % columns));
    return trimmed({ ...profiles, values: own }) ?? [];
  });
}

/** From 0 before an overlap to 1 after it. */
const fade = (into: number, overlap: number): number =>
  overlap === 0 ? Number(into >= 0) : Math.min(1, Math.max(0, (into + 0.5) / overlap));
