// Writes calibration.fluencePerMu of every machine in resources/machines: the dose engine, run once on a water cube per machine.
//   node scripts/data/calibrate-machines.js [grid spacing in mm, default 2.5]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrationFluence } from '#shared/dosimetry/machine/calibration.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { machineSchema } from '#shared/dosimetry/machine/machine.ts';

const folder = 'resources/machines';
const spacing = Number(process.argv[2] ?? 2.5);
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  const machine = machineSchema.parse(JSON.parse(text));
  const fluence = await calibrationFluence(machine, collapsedCone, spacing, DEFAULT_DIRECTIONS);
  const digits = Number(fluence.toPrecision(6));
  writeFileSync(path, text.replace(/("fluencePerMu": )[^\n,}]+/, `$1${digits}`));
  process.stdout.write(`${machine.name}: ${digits} photons per cm2 and MU (was ${machine.calibration.fluencePerMu})\n`);
}
