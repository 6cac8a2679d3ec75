import { setTimeout } from 'node:timers/promises';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { beamDose } from '#shared/dosimetry/engine.ts';
import type { Row } from '../report/row.ts';
import { quantile } from './measured.ts';
import { beamOn, water160 } from './setups.ts';

const TIMES = 40;
/** Moments of a beam up to here, ms. */
const WITHIN = 4000;

/**
 * A 10 × 10 on 160³ voxels in two threads, cancelled at moments spread over its first seconds: from the signal until the caller hears
 * of it, and until the process is at rest again (its threads idle or gone).
 */
export async function cancelRows(): Promise<Row[]> {
  const { density, target } = water160();
  const { problem, beam, machine } = beamOn(density, target);
  await using workers = new BeamWorkers(2);
  const heard: number[] = [];
  const quiet: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const signal = { aborted: false };
    const running = beamDose(workers, problem, beam, machine, { signal }).catch(() => undefined);
    // The golden ratio spreads moments evenly without a pattern.
    await setTimeout(((n * 0.618034) % 1) * WITHIN);
    signal.aborted = true;
    const at = performance.now();
    await running;
    heard.push(performance.now() - at);
    quiet.push((await atRest()) - at);
  }
  const name = 'cancel of a beam on 160³, 2 threads, 95th percentile';
  return [
    { name: `${name}: caller hears of it`, value: quantile(heard, 0.95), unit: 'ms' },
    { name: `${name}: no work goes on`, value: quantile(quiet, 0.95), unit: 'ms' },
  ];
}

/** The moment since when the process takes less than a tenth of a processor. */
async function atRest(): Promise<number> {
  for (;;) {
    const begun = performance.now();
    const cpu = process.cpuUsage();
    await setTimeout(20);
    const { user, system } = process.cpuUsage(cpu);
    if ((user + system) / 1000 < 0.1 * (performance.now() - begun)) return begun;
  }
}
