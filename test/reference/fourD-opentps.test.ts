import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { findPhases } from '#shared/fourD/phases.ts';
import { PhaseProjector } from '#shared/fourD/project.ts';
import type { ImageVolume } from '#shared/model/image.ts';

const ARCHIVE = path.resolve(process.cwd(), '../shared/data/opentps_4dct/4DCTDicomLight.tar.xz');

describe.skipIf(!existsSync(ARCHIVE))('the ten phases of a real thorax (Philips)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'isocenter-4d-'));
    execFileSync('tar', ['xJf', ARCHIVE, '-C', folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const filesOf = (name: string): Uint8Array[] => {
    const series = path.join(folder, '4DCTDicomLight', name);
    return readdirSync(series).map((file) => new Uint8Array(readFileSync(path.join(series, file))));
  };

  it('are recognised in order, lie on one grid, and fold into volumes whose order holds in every voxel', async () => {
    const names = readdirSync(path.join(folder, '4DCTDicomLight'));
    const listed = names.map((name) => {
      const files = filesOf(name);
      return { ...readHeader(files[0]), instanceCount: files.length };
    });
    const [set, ...others] = findPhases(listed);
    expect(others).toEqual([]);
    expect(set.phases.map(({ label }) => label)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90].map((p) => `${p} %`));

    const projector = new PhaseProjector();
    let phase: ImageVolume | undefined;
    for (const name of names) {
      phase = await buildImageVolume(filesOf(name));
      projector.add(phase);
    }
    if (phase === undefined) throw new Error('no phase');
    const [low, mean, high] = (['minimum', 'average', 'maximum'] as const).map((kind) =>
      projector.result(kind, '1', ''),
    );
    let [disordered, moving] = [0, 0];
    for (let p = 0; p < mean.data.length; p++) {
      const value = phase.data[p] * phase.slope + phase.intercept;
      if (
        !(low.data[p] <= mean.data[p] && mean.data[p] <= high.data[p] && low.data[p] <= value && value <= high.data[p])
      )
        disordered++;
      if (high.data[p] - low.data[p] > 300) moving++;
    }
    expect(disordered).toBe(0);
    // Breathing moves the diaphragm: of 5 × 5 × 6 mm voxels some thousand, 0.15 cm³ each.
    expect(moving).toBeGreaterThan(1000);
    expect(moving).toBeLessThan(mean.data.length / 5);
  });
});
