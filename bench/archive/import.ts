import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openArchive } from '#main/archive/archive.ts';
import { findProgram } from '#test/peers/harness/missing.ts';
import { startOrthanc } from '#test/peers/harness/orthanc.ts';
import { ctFile } from '#test/peers/harness/part10.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import type { Row } from '../report/row.ts';

const SLICES = 200;
/** 512 × 512 pixels of 16 bits: 525 kB a file. */
const SIZE = 512;

/** 200 CT slices (105 MB) from a folder into an empty archive, indexed and fsynced; Orthanc gets the same files by its REST API. */
export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder('bench-import');
  const into = await temporaryFolder('bench-archive');
  try {
    const files: string[] = [];
    for (let slice = 1; slice <= SLICES; slice++) {
      const file = path.join(folder.path, `${slice}.dcm`);
      await writeFile(file, ctFile(`1.2.826.0.1.3680043.10.999.4.${slice}`, SIZE).file);
      files.push(file);
    }
    const archive = await openArchive(into.path);
    const start = performance.now();
    const report = await archive.importPaths([folder.path], {});
    const ours = (performance.now() - start) / 1000;
    await archive.close();
    if (report.imported !== SLICES) throw new Error(`imported ${report.imported} of ${SLICES}`);
    const name = `import of ${SLICES} CT slices (105 MB, fsynced)`;
    if (findProgram('Orthanc') === undefined) return [{ name, value: ours, unit: 's' }];
    const theirs = await orthancSeconds(files);
    return [
      { name, value: ours, unit: 's', peer: `Orthanc, its REST API (${theirs.toFixed(2)} s)`, ratio: ours / theirs },
    ];
  } finally {
    await folder.remove();
    await into.remove();
  }
}

async function orthancSeconds(files: readonly string[]): Promise<number> {
  const orthanc = await startOrthanc();
  try {
    const start = performance.now();
    for (const file of files) {
      const response = await fetch(`${orthanc.url}/instances`, { method: 'POST', body: await readFile(file) });
      if (!response.ok) throw new Error(`Orthanc: ${response.status}`);
    }
    return (performance.now() - start) / 1000;
  } finally {
    await orthanc.stop();
  }
}
