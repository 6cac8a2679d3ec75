import type { Machine } from '../../machine/machine.ts';
import type { FittedParameter } from '../fit.ts';
import { type ComparedScan, CRITERIA, scanPasses } from '../summary.ts';
import { svgChart } from './svgChart.ts';

export interface ReportContent {
  readonly machine: Machine;
  readonly parameters: readonly FittedParameter[];
  readonly before: readonly ComparedScan[];
  readonly after: readonly ComparedScan[];
  readonly warnings: readonly string[];
  /** How it was computed: engine, grid, date. */
  readonly made: string;
}

const STYLE = `body{font:13px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1180px;color:#111}table{border-collapse:collapse;margin:1em 0}
td,th{padding:2px 10px;border-bottom:1px solid #ccc;text-align:right;font-variant-numeric:tabular-nums}td:first-child,th:first-child{text-align:left}
.fail{color:#b00020}.notice{border:1px solid #b00020;padding:.5em 1em}.plots{display:grid;grid-template-columns:repeat(2,1fr);gap:1em}figure{margin:0;break-inside:avoid}
svg{width:100%;border:1px solid #ddd}svg text{font-size:10px;fill:#333}.grid{stroke:#e2e2e2;fill:none}.computed{stroke:#0b62a4;fill:none;stroke-width:1.3}
.measured{fill:#d1401f}.difference{stroke:#555;stroke-width:1.2}`;

/** The report of a fit as one HTML page without anything from elsewhere: parameters, residuals of every scan, plots. */
export function commissioningHtml({ machine, parameters, before, after, warnings, made }: ReportContent): string {
  const parameterRows = parameters.map((parameter) =>
    row([
      parameter.name,
      number(parameter.before),
      number(parameter.after),
      parameter.uncertainty === undefined ? '' : `± ${number(parameter.uncertainty)}`,
      parameter.unit,
      parameter.reason ?? '',
    ]),
  );
  const scanRows = after.map((compared, n) => {
    const { summary } = compared;
    return row(
      [
        summary.title,
        `${summary.file}:${summary.line}`,
        String(summary.points),
        before[n].summary.worst.toFixed(2),
        summary.worst.toFixed(2),
        summary.mean.toFixed(2),
        summary.steep?.toFixed(1) ?? '–',
        summary.outside.toFixed(2),
        ...summary.within.map(({ share }) => (100 * share).toFixed(1)),
      ],
      scanPasses(compared, CRITERIA[1]) ? '' : 'fail',
    );
  });
  const figures = after
    .filter(({ scan }) => scan.kind !== 'outputFactor')
    .map(
      (compared) => `<figure><figcaption>${escape(compared.summary.title)}</figcaption>${svgChart(compared)}</figure>`,
    );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(machine.name)}: fit to measurements</title><style>${STYLE}</style>
<h1>${escape(machine.name)}: fit to measurements</h1>
<p class="notice">Not commissioned for clinical use. A fit is a beginning: a medical physicist has to judge it and measure what it was not fitted to.</p>
<p>${escape(machine.description)}</p><p>${escape(made)}</p>
<h2>Parameters</h2><table>${row(['', 'before', 'after', '', 'unit', 'kept because'], '', 'th')}${parameterRows.join('')}</table>
<h2>Residuals</h2><p>Computed minus measured. Depth doses: per cent of the local dose beyond the maximum; profiles: per cent of the axis inside the field;
“steep”: largest distance in build-up or penumbra. Red: not within 2 %/2 mm everywhere.</p>
<table>${row(['scan', 'file', 'points', 'worst before', 'worst %', 'mean %', 'steep mm', 'outside %', ...CRITERIA.map(({ percent, distance }) => `${percent} %/${distance} mm`)], '', 'th')}${scanRows.join('')}</table>
${warnings.length === 0 ? '' : `<h2>Warnings</h2><ul>${warnings.map((text) => `<li>${escape(text)}</li>`).join('')}</ul>`}
<h2>Plots</h2><p>Dots measured, line computed, below the difference.</p><div class="plots">${figures.join('')}</div></html>
`;
}

const row = (cells: readonly string[], style = '', tag: 'td' | 'th' = 'td'): string =>
  `<tr class="${style}">${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;

const number = (value: number): string => String(Number(value.toPrecision(4)));

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
