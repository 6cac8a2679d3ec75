import { areaOf, combineRings, isInside, normaliseRings, type Ring, signedArea } from '../contours/rings.ts';

/** One connected part of a plane's interior: its outer ring and the holes in it. */
export type Part = readonly Ring[];

/** The connected parts of the even–odd interior of `rings`. */
export function partsOf(rings: readonly Ring[]): Part[] {
  const clean = normaliseRings(rings);
  // Smallest first, so that a hole finds the outer ring next round it.
  const outers = clean.filter((ring) => signedArea(ring) > 0).sort((a, b) => signedArea(a) - signedArea(b));
  const parts = outers.map((outer) => [outer]);
  for (const hole of clean.filter((ring) => signedArea(ring) < 0))
    parts[outers.findIndex((outer) => isInside([outer], hole[0], hole[1]))]?.push(hole);
  return parts;
}

/** Which parts of two neighbouring planes continue each other: groups that overlap, and what has no counterpart. */
export interface Matching {
  readonly groups: readonly { readonly a: readonly Part[]; readonly b: readonly Part[] }[];
  readonly endingA: readonly Part[];
  readonly endingB: readonly Part[];
}

/** Parts that overlap seen along the normal belong together; one part left over on each side is one that has shifted. */
export function matchParts(a: readonly Part[], b: readonly Part[]): Matching {
  const overlaps = a.map((one) => b.map((other) => areaOf(combineRings('intersect', one, other)) > 0));
  const groups: { a: Part[]; b: Part[] }[] = [];
  const takenA = new Set<number>();
  const takenB = new Set<number>();
  const collect = (i: number, group: { a: Part[]; b: Part[] }): void => {
    if (takenA.has(i)) return;
    takenA.add(i);
    group.a.push(a[i]);
    overlaps[i].forEach((meets, j) => {
      if (!meets || takenB.has(j)) return;
      takenB.add(j);
      group.b.push(b[j]);
      overlaps.forEach((row, k) => {
        if (row[j]) collect(k, group);
      });
    });
  };
  a.forEach((_, i) => {
    if (takenA.has(i) || !overlaps[i].includes(true)) return;
    const group = { a: [], b: [] };
    collect(i, group);
    groups.push(group);
  });
  const endingA = a.filter((_, i) => !takenA.has(i));
  const endingB = b.filter((_, j) => !takenB.has(j));
  if (endingA.length !== 1 || endingB.length !== 1) return { groups, endingA, endingB };
  return { groups: [...groups, { a: endingA, b: endingB }], endingA: [], endingB: [] };
}
