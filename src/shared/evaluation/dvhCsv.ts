import type { Dvh } from './dvh.ts';

export interface CsvCurve {
  readonly plan: string;
  readonly structure: string;
  readonly dvh: Dvh;
}

/** Points of each exported curve. */
const POINTS = 500;

/**
 * Cumulative DVHs as a table: one column of doses in Gy from 0 to the highest maximum, two for each curve: percent of the volume and cm³ that
 * receive at least as much. RFC 4180; names are quoted, and none can pass for a spreadsheet's formula.
 */
export function dvhCsv(curves: readonly CsvCurve[]): string {
  const end = Math.max(0, ...curves.map(({ dvh }) => dvh.max));
  const head = curves.flatMap(({ plan, structure }) => [`${structure} [${plan}] %`, `${structure} [${plan}] cm3`]);
  const lines = [['Dose Gy', ...head].map(quoted).join(',')];
  for (let n = 0; n <= POINTS; n++) {
    const dose = (n * end) / POINTS;
    const cells = curves.flatMap(({ dvh }) => {
      const percent = dvh.volumeAtDose(dose);
      return [percent.toFixed(4), ((percent / 100) * dvh.volume).toFixed(5)];
    });
    lines.push([dose.toFixed(4), ...cells].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

const quoted = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
