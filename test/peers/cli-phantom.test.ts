import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhantomTruth } from '#shared/phantom/truth.ts';
import { isocenterJson } from './harness/isocenter.ts';
import { peerMissing, PYTHON, pydicomMissing } from './harness/missing.ts';
import { runProgram, temporaryFolder } from './harness/process.ts';

interface Written {
  readonly series: readonly { readonly modality: string; readonly path: string; readonly instances: number }[];
  readonly truth: string;
}

/** Reads a phantom with pydicom alone: frames, slice geometry, HU under a ROI's contour, the registration's matrix. */
const PYDICOM = `
import json, os, sys
import numpy, pydicom
folder = sys.argv[1]
load = lambda m: [pydicom.dcmread(os.path.join(folder, m, f)) for f in sorted(os.listdir(os.path.join(folder, m)))]
ct, mr, rs, reg = load('CT'), load('MR'), load('RTSTRUCT')[0], load('REG')[0]
names = {int(r.ROINumber): str(r.ROIName) for r in rs.StructureSetROISequence}
z = {round(float(s.ImagePositionPatient[2]), 3): s for s in ct}
volumes, first = {}, {}
gap = float(ct[1].ImagePositionPatient[2] - ct[0].ImagePositionPatient[2])
uids = {s.SOPInstanceUID for s in ct}
for item in rs.ROIContourSequence:
    total = 0.0
    for c in item.ContourSequence:
        p = numpy.array([float(v) for v in c.ContourData]).reshape(-1, 3)
        assert round(p[0, 2], 3) in z and c.ContourImageSequence[0].ReferencedSOPInstanceUID in uids
        x, y = p[:, 0], p[:, 1]
        total += 0.5 * float(numpy.sum(x * numpy.roll(y, -1) - numpy.roll(x, -1) * y)) * gap
    volumes[names[int(item.ReferencedROINumber)]] = total / 1000
moving = [i for i in reg.RegistrationSequence if i.FrameOfReferenceUID == mr[0].FrameOfReferenceUID][0]
matrix = moving.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix
middle = ct[len(ct) // 2]
hu = middle.pixel_array * float(middle.RescaleSlope) + float(middle.RescaleIntercept)
print(json.dumps({
    'patients': sorted({str(d.PatientID) for d in ct + mr + [rs, reg]}),
    'frames': len({d.FrameOfReferenceUID for d in ct}), 'ownFrame': ct[0].FrameOfReferenceUID != mr[0].FrameOfReferenceUID,
    'setFrame': rs.FrameOfReferenceUID == ct[0].FrameOfReferenceUID,
    'air': float(numpy.median(hu[:5])), 'volumes': volumes, 'matrix': [float(v) for v in matrix],
}))
`;

const python = (...args: string[]) => spawnSync(PYTHON, args, { encoding: 'utf8' });

describe('isocenter phantom', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let written: Written;
  const thorax = (): string => path.join(folder.path, 'thorax');

  beforeAll(async () => {
    folder = await temporaryFolder('cli-phantom');
    written = (await isocenterJson(['phantom', 'thorax', '--out', thorax(), '--seed', '3'])) as Written;
  });
  afterAll(() => folder.remove());

  it('names what it wrote', async () => {
    for (const { path: at, instances } of written.series) expect(await readdir(at)).toHaveLength(instances);
    expect(written.series.map(({ modality }) => modality)).toEqual(['CT', 'MR', 'RTSTRUCT', 'REG']);
  });

  it('writes the same bytes for the same seed', async () => {
    const again = path.join(folder.path, 'again');
    await isocenterJson(['phantom', 'thorax', '--out', again, '--seed', '3']);
    const fingerprint = async (root: string): Promise<string> => {
      const hash = createHash('sha256');
      for (const name of (await readdir(root, { recursive: true })).sort())
        if (name.endsWith('.dcm')) hash.update(name).update(await readFile(path.join(root, name)));
      return hash.digest('hex');
    };
    expect(await fingerprint(again)).toBe(await fingerprint(thorax()));
  });

  it.skipIf(peerMissing('dciodvfy'))('makes objects in which dciodvfy finds no error', async () => {
    const files = ['CT/CT.0001.dcm', 'CT/CT.0080.dcm', 'MR/MR.0001.dcm', 'RTSTRUCT/RTSTRUCT.dcm', 'REG/REG.dcm'];
    for (const file of files) {
      const { output } = await runProgram('dciodvfy', [path.join(thorax(), file)]);
      expect(output, file).toMatch(/CTImage|MRImage|RTStructureSet|SpatialRegistration/);
      expect(
        output.split('\n').filter((line) => line.startsWith('Error')),
        file,
      ).toEqual([]);
    }
  });

  it.skipIf(pydicomMissing())('reads in pydicom as the truth file says', async () => {
    const { status, stdout, stderr } = python('-c', PYDICOM, thorax());
    expect(status, stderr).toBe(0);
    const read = JSON.parse(stdout) as { volumes: Record<string, number>; matrix: number[]; air: number };
    expect(read).toMatchObject({ patients: ['PHANTOM-THORAX-3'], frames: 1, ownFrame: true, setFrame: true });
    expect(Math.abs(read.air + 1000)).toBeLessThan(5);
    const truth = JSON.parse(await readFile(written.truth, 'utf8')) as PhantomTruth;
    for (const [n, value] of truth.movingToFixed.entries()) expect(read.matrix[n]).toBeCloseTo(value, 6);
    for (const { name, volume } of truth.rois)
      expect(Math.abs(read.volumes[name] / volume - 1), name).toBeLessThan(0.012);
  });
});
