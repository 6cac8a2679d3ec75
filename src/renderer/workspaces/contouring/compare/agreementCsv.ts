import type { Roi } from '#shared/model/structures.ts';
import type { Agreement } from '#shared/structures/agreement/agreement.ts';

/** One structure held against another observer's. */
export interface ComparedPair {
  readonly name: string;
  readonly referenceName: string;
  /** Labels of the sets they are in. */
  readonly set: string;
  readonly referenceSet: string;
  readonly agreement: Agreement;
  /** What was compared: others mean an edit since. */
  readonly contours: Roi['contours'];
}

const COLUMNS: readonly (readonly [title: string, value: (pair: ComparedPair) => string])[] = [
  ['structure', ({ name }) => name],
  ['set', ({ set }) => set],
  ['reference', ({ referenceName }) => referenceName],
  ['reference set', ({ referenceSet }) => referenceSet],
  ['volume (cm3)', ({ agreement }) => agreement.volume.toFixed(3)],
  ['reference volume (cm3)', ({ agreement }) => agreement.referenceVolume.toFixed(3)],
  ['Dice', ({ agreement }) => agreement.dice.toFixed(4)],
  ['Hausdorff 95 % (mm)', ({ agreement }) => agreement.hausdorff95.toFixed(2)],
  ['Hausdorff (mm)', ({ agreement }) => agreement.hausdorff.toFixed(2)],
  ['mean surface distance (mm)', ({ agreement }) => agreement.meanSurfaceDistance.toFixed(3)],
  ['added path length (mm)', ({ agreement }) => agreement.addedPathLength.toFixed(1)],
];

/** RFC 4180, a row a pair. Texts that a spreadsheet would run as a formula are made harmless by a quote before them. */
export function agreementCsv(pairs: readonly ComparedPair[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = [COLUMNS.map(([title]) => title), ...pairs.map((pair) => COLUMNS.map(([, value]) => value(pair)))];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
