import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { readRtImage } from '#shared/dicom/rtImage.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { plan } from '#test/builders/plan.ts';
import { run } from '#test/unit/main/cli/commandLineRun.ts';
import { peerMissing, PYTHON, pydicomMissing } from './harness/missing.ts';
import { runProgram } from './harness/process.ts';

const BALL = [12, -31, 44] as const;

/** Air with a soft bright ball at BALL. */
function ballInAir() {
  const dims = [60, 60, 40] as const;
  const [origin, spacing] = [[-45, -70, -5] as const, [1.5, 1.5, 2] as const];
  const data = new Int16Array(dims[0] * dims[1] * dims[2]).fill(-1000);
  for (let k = 0, p = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p++) {
        const [x, y, z] = [origin[0] + 1.5 * i, origin[1] + 1.5 * j, origin[2] + 2 * k];
        const squared = (x - BALL[0]) ** 2 + (y - BALL[1]) ** 2 + (z - BALL[2]) ** 2;
        if (squared < 300) data[p] = Math.round(3000 * Math.exp(-squared / 18)) - 1000;
      }
  return imageVolume(1, 'CT', { dims, spacing, origin, data, slices: [] });
}

/**
 * What pydicom reads, and with nothing but the attributes: where IEC 61217 puts the ball on the image (pixels), and where the
 * image has it.
 */
const PYDICOM = `
import json, sys, numpy as np, pydicom
d = pydicom.dcmread(sys.argv[1])
ball = np.array(json.loads(sys.argv[2]))
rad = np.radians
def ry(a): return np.array([[np.cos(a),0,np.sin(a)],[0,1,0],[-np.sin(a),0,np.cos(a)]])
def rz(a): return np.array([[np.cos(a),-np.sin(a),0],[np.sin(a),np.cos(a),0],[0,0,1]])
table = np.array([[1,0,0],[0,0,1],[0,-1,0]]) @ (ball - np.array([float(v) for v in d.IsocenterPosition]))
gantry = ry(-rad(float(d.GantryAngle))) @ rz(rad(float(d.PatientSupportAngle))) @ table
x, y, z = rz(-rad(float(d.XRayImageReceptorAngle))) @ gantry
m = float(d.RTImageSID) / (float(d.RadiationMachineSAD) - z)
row, col = [float(v) for v in d.ImagePlanePixelSpacing]
left, top = [float(v) for v in d.RTImagePosition]
expected = [(x * m - left) / col, (top - y * m) / row]
pixels = d.pixel_array.astype(float) * float(d.RescaleSlope)
r, c = np.mgrid[0:d.Rows, 0:d.Columns]
print(json.dumps({'expected': expected, 'seen': [float((pixels * c).sum() / pixels.sum()), float((pixels * r).sum() / pixels.sum())],
  'mm': col * (float(d.RadiationMachineSAD) / float(d.RTImageSID)), 'type': list(d.ImageType), 'plan': d.get('ReferencedRTPlanSequence', [{}])[0].get('ReferencedSOPInstanceUID', ''),
  'beam': int(d.get('ReferencedBeamNumber', -1)), 'collimator': float(d.BeamLimitingDeviceAngle), 'patient': str(d.PatientID), 'frame': d.FrameOfReferenceUID,
  'jaws': [[float(v) for v in b.LeafJawPositions] for e in d.get('ExposureSequence', []) for b in e.BeamLimitingDeviceSequence][:2]}))
`;

async function isocenterJson(words: readonly string[]): Promise<unknown> {
  const { status, stdout, stderr } = await run([...words, '--json']);
  if (status !== 0) throw new Error(`isocenter ${words.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as unknown;
}

describe('isocenter drr', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cli-drr-'));
  const at = (name: string): string => path.join(folder, name);
  const ct = ballInAir();
  const planned = plan(1, { frameOfReferenceUid: ct.frameOfReferenceUid });
  beforeAll(() => {
    mkdirSync(at('ct'));
    for (const [n, bytes] of writeImageSeries(ct, objectContext('CT')).entries())
      writeFileSync(at(`ct/${n}.dcm`), bytes);
    writeFileSync(at('plan.dcm'), writePlan(planned, objectContext('RTPLAN')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const BEAM_2 = ['drr', '--plan', at('plan.dcm'), '--beam', '2'];
  const options = ['--ct', at('ct'), '--sid', '1500', '--size', '300,260', '--spacing', '1', '--threads', '2'];

  it('makes RT Images of a beam, which read back as it was asked for', async () => {
    const answer = await isocenterJson([...BEAM_2, ...options, '--out', at('beam.dcm')]);
    expect(answer).toMatchObject({ columns: 300, rows: 260, spacing: [1, 1], warnings: [] });
    expect((answer as { seconds: number }).seconds).toBeGreaterThan(0);
    const image = await readRtImage(readFileSync(at('beam.dcm')));
    const beam = planned.beams[1];
    const [control] = beam.controlPoints;
    expect(image).toMatchObject({
      imageType: ['DERIVED', 'SECONDARY', 'DRR'],
      planUid: planned.sopInstanceUid,
      beamNumber: 2,
      gantry: control.gantry,
      collimator: control.collimator,
      receptorAngle: control.collimator,
      couch: control.couch,
      isocenter: control.isocenter,
      size: [300, 260],
      firstPixel: [-149.5, 129.5],
      sad: 1000,
      sid: 1500,
      machine: 'GENERIC_6MV',
      patientPosition: 'HFS',
      intensity: { relationship: 'LOG', sign: -1 },
      warnings: [],
    });
    expect(image.exposures[0].devices.map(({ type, positions }) => [type, positions])).toEqual(
      beam.devices.map(({ type }) => [type, control.positions[type]]),
    );
    // 3000 HU over 3 mm of standard deviation: √(2π) · 3 · 3 mm of water along the ray through its middle; voxels of 1.5 mm blunt it.
    const peak = Math.sqrt(2 * Math.PI) * 9;
    const most = image.data.reduce((top, value) => Math.max(top, value), 0);
    expect(most).toBeGreaterThan(0.92 * peak);
    expect(most).toBeLessThan(peak);
  });

  it.skipIf(pydicomMissing())('shows the ball where pydicom reads that it must be', async () => {
    const angles = ['drr', '--gantry', '200', '--couch', '15', '--isocenter', '5,-20,30', '--sad', '900'];
    await isocenterJson([...BEAM_2, ...options, '--out', at('beam.dcm')]);
    await isocenterJson([...BEAM_2, ...options, '--upright', 'gantry', '--out', at('gantry.dcm')]);
    await isocenterJson([...angles, ...options, '--out', at('angles.dcm')]);
    for (const name of ['beam.dcm', 'gantry.dcm', 'angles.dcm']) {
      const { status, stdout, stderr } = spawnSync(
        PYTHON,
        ['-W', 'ignore', '-c', PYDICOM, at(name), JSON.stringify(BALL)],
        { encoding: 'utf8' },
      );
      expect(status, stderr).toBe(0);
      const read = JSON.parse(stdout) as { expected: number[]; seen: number[]; mm: number };
      // Closed forms are held to 0.1 mm.
      expect(Math.hypot(read.seen[0] - read.expected[0], read.seen[1] - read.expected[1]) * read.mm, name).toBeLessThan(
        0.1,
      );
      expect(read).toMatchObject({
        type: ['DERIVED', 'SECONDARY', 'DRR'],
        patient: 'TEST-1',
        frame: ct.frameOfReferenceUid,
      });
      if (name !== 'angles.dcm')
        expect(read).toMatchObject({
          beam: 2,
          collimator: 20,
          plan: planned.sopInstanceUid,
          jaws: [
            [-50, 50.5],
            [-45.5, 40],
          ],
        });
    }
  });

  it.skipIf(peerMissing('dciodvfy'))('writes RT Images in which dciodvfy finds no error', async () => {
    await isocenterJson([
      'drr',
      ...options,
      '--gantry',
      '0',
      '--near',
      '-20',
      '--bone',
      '0.5',
      '--out',
      at('plain.dcm'),
    ]);
    const { output } = await runProgram('dciodvfy', [at('plain.dcm')]);
    expect(output).toMatch(/^RTImage$/m);
    expect(output.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
  });

  it('paints pictures, and says what it cannot do', async () => {
    await isocenterJson(['drr', ...options, '--isocenter', BALL.join(','), '--out', at('ball.png')]);
    const png = PNG.sync.read(readFileSync(at('ball.png')));
    expect([png.width, png.height]).toEqual([300, 260]);
    expect(png.data[4 * (150 + 300 * 130)]).toBeGreaterThan(200);
    expect(png.data[0]).toBe(0);
    const refused = async (...args: string[]): Promise<string> => {
      const { status, stderr } = await run(['drr', ...options, ...args]);
      return `${status} ${stderr}`;
    };
    expect(await refused('--out', at('x.jpg'))).toMatch(/^2 .*neither in \.dcm nor in \.png/);
    expect(await refused('--plan', at('plan.dcm'), '--out', at('x.png'))).toMatch(
      /^2 .*is required: one of 1, 2.*--beam/,
    );
    expect(await refused('--plan', at('plan.dcm'), '--beam', '9', '--out', at('x.png'))).toMatch(/^1 .*no beam 9/);
    expect(await refused('--plan', at('plan.dcm'), '--gantry', '9', '--out', at('x.png'))).toMatch(/^2 .*--gantry/);
  });
});
