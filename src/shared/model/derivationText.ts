import type { DoseDerivation } from './dose.ts';

/** What a sum was made from, in one line: "Plan + 0.4 × Boost (through CT2 to CT1), EQD2 with α/β 3 Gy; 12.0 cm³ not reached by all". */
export function derivationText({ terms, alphaBeta, unreached }: DoseDerivation): string {
  const sum = terms
    .map(({ name, weight, through }) => {
      const factor = weight === 1 ? '' : `${Number(weight.toFixed(4))} × `;
      return `${factor}${name}${through.length === 0 ? '' : ` (through ${through.join(', then ')})`}`;
    })
    .join(' + ');
  const scale = alphaBeta === undefined ? '' : `, EQD2 with α/β ${alphaBeta} Gy`;
  return `${sum}${scale}${unreached > 0 ? `; ${unreached.toFixed(1)} cm³ not reached by all` : ''}`;
}
