// Prints the table of MPPG 5.b / Venselaar tests of docs/DOSIMETRY.md: `node test/reference/mppg.ts`.
import { MPPG_ROWS } from './mppgRows.ts';

const lines = ['| test | set-up | compared with | tolerance (source) | result |', '| --- | --- | --- | --- | --- |'];
for (const { test, setUp, against, tolerance, source, worst } of MPPG_ROWS) {
  const result = await worst();
  const percent = `${(100 * result).toFixed(2)} %`;
  const verdict = result <= tolerance ? percent : `**${percent}**`;
  lines.push(`| ${test} | ${setUp} | ${against} | ${+(100 * tolerance).toFixed(1)} % (${source}) | ${verdict} |`);
}
process.stdout.write(`${lines.join('\n')}\n`);
