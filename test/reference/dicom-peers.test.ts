import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { writePart10, readPart10 } from '#shared/dicom/codec/part10.ts';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeRtImage } from '#shared/dicom/rtImageWriter.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { DEFLATED_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { PLAIN_DRR } from '#shared/drr/computeDrr.ts';
import { rtImageOf } from '#shared/drr/rtImageOf.ts';
import { sumDoses } from '#shared/evaluation/doses/sumDoses.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { imageVolume } from '#test/builders/image.ts';
import { beam, plan } from '#test/builders/plan.ts';
import { deformation, rigidRegistration } from '#test/builders/registration.ts';
import { peerMissing, PYTHON, pydicomMissing } from '#test/peers/harness/missing.ts';
import { structureSet } from '#test/builders/structureSet.ts';

const DCIODVFY = '/usr/bin/dciodvfy';
const DCMDUMP = '/usr/bin/dcmdump';

const ct = imageVolume();
const mr = imageVolume(1, 'MR');
const set = structureSet();
const [body, ptv] = set.rois;
const { meterset: _, beamDose: __, ...untreated } = beam(9);
const reference = (
  volume: typeof ct,
): { studyInstanceUid: string; seriesInstanceUid: string; images: typeof ct.slices } => ({
  studyInstanceUid: volume.study.studyInstanceUid,
  seriesInstanceUid: volume.seriesInstanceUid,
  images: volume.slices,
});
const registration = rigidRegistration();
const warp = deformation();
const longNames = objectContext('RTPLAN', 1, {
  study: { ...ct.study, studyId: 'longer than sixteen letters', studyTime: '10:30:00' },
});
const deep = (bytes: Uint8Array, syntax: string): Uint8Array => writePart10(readPart10(bytes).dataset, syntax);

const drr = rtImageOf(
  {
    view: {
      angles: { gantry: 30, collimator: 10, couch: 350 },
      isocenter: [1, 2, 3],
      iecFromLps: iecFromPatient('HFS') ?? [],
      sad: 1000,
      sid: 1500,
      size: [4, 3],
      spacing: [0.5, 0.75],
      centre: [0, 0],
    },
    data: Float32Array.from({ length: 12 }, (_, n) => n * 10.5 - 1),
  },
  { patientPosition: 'HFS', frameOfReferenceUid: plan().frameOfReferenceUid, settings: PLAIN_DRR },
  objectContext('RTIMAGE').sopInstanceUid,
);

const objects: Readonly<Record<string, Uint8Array>> = {
  'structure-set': writeStructureSet(set, objectContext('RTSTRUCT')),
  'structure-set-edited': writeStructureSet(set, objectContext('RTSTRUCT'), { predecessorUid: '1.2.3.4' }),
  'structure-set-xor': writeStructureSet(
    {
      ...set,
      rois: [{ ...body, contours: ptv.contours.map((contour) => ({ ...contour, type: 'CLOSEDPLANAR_XOR' })) }],
    },
    objectContext('RTSTRUCT'),
  ),
  plan: writePlan(plan(), objectContext('RTPLAN')),
  'plan-edited': writePlan(plan(2), objectContext('RTPLAN', 2), { predecessorUid: '1.2.3.4' }),
  'plan-with-setup-beam': writePlan(
    plan(1, { beams: [beam(1), { ...untreated, deliveryType: 'SETUP' }] }),
    objectContext('RTPLAN'),
  ),
  'plan-without-mu': writePlan(plan(1, { beams: [untreated] }), objectContext('RTPLAN')),
  'plan-with-every-accessory': writePlan(plan(1, { beams: [fitted(everyAccessory)] }), objectContext('RTPLAN')),
  'plan-of-a-foreign-study': writePlan(plan(), longNames),
  'plan-implicit': deep(writePlan(plan(), objectContext('RTPLAN')), IMPLICIT_LITTLE_ENDIAN),
  'plan-deflated': deep(writePlan(plan(), objectContext('RTPLAN')), DEFLATED_LITTLE_ENDIAN),
  'dose-16': writeDose(dose(), objectContext('RTDOSE'), { bits: 16 }),
  'dose-16-beam': writeDose(dose(1, { summation: 'BEAM', beamNumber: 2 }), objectContext('RTDOSE'), { bits: 16 }),
  'dose-16-sum': writeDose(
    sumDoses(
      [
        { dose: dose(), name: 'Plan' },
        { dose: dose(1, { planUid: '1.2.3.4' }), name: 'Boost', weight: 0.4 },
      ],
      { sopInstanceUid: objectContext('RTDOSE').sopInstanceUid },
    ).dose,
    objectContext('RTDOSE'),
    { bits: 16 },
  ),
  ct: writeImageSeries(ct, objectContext('CT'))[0],
  mr: writeImageSeries(mr, objectContext('MR'))[0],
  registration: writeRegistration(registration, objectContext('REG'), {
    fixed: reference(ct),
    moving: { ...reference(mr), studyInstanceUid: '1.2.99' },
  }),
  'registration-without-images': writeRegistration(registration, objectContext('REG')),
  'rt-image': writeRtImage(drr, objectContext('RTIMAGE')),
  'rt-image-of-a-beam': writeRtImage(
    {
      ...drr,
      planUid: plan().sopInstanceUid,
      beamNumber: 2,
      exposures: [
        {
          devices: plan().beams[1].devices.map((device) => ({
            ...device,
            positions: plan().beams[1].controlPoints[0].positions[device.type] ?? [],
          })),
        },
      ],
    },
    objectContext('RTIMAGE'),
  ),
  deformation: writeRegistration(warp, objectContext('REG'), {
    fixed: reference(ct),
    moving: { ...reference(mr), studyInstanceUid: '1.2.99' },
  }),
};
/** dciodvfy aborts on 32-bit doses; the others read them. */
const dose32 = writeDose(dose(), objectContext('RTDOSE'));

let folder = '';
const fileOf = (name: string): string => path.join(folder, `${name}.dcm`);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'isocenter-objects-'));
  for (const [name, bytes] of Object.entries({ ...objects, 'dose-32': dose32 })) writeFileSync(fileOf(name), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** dciodvfy reads no deflated data sets (that of another maker neither), and has not heard of XOR contours (in the standard since 2020). */
const BEYOND_DCIODVFY = ['plan-deflated', 'structure-set-xor'];

describe.skipIf(peerMissing('dciodvfy'))('dciodvfy finds no error in what we write', () => {
  test.each(Object.keys(objects).filter((name) => !BEYOND_DCIODVFY.includes(name)))('%s', (name) => {
    const { stderr, stdout, status } = spawnSync(DCIODVFY, [fileOf(name)], { encoding: 'utf8' });
    const lines = `${stderr}${stdout}`.split('\n');
    expect(lines.filter((line) => line.startsWith('Error'))).toEqual([]);
    // It names the IOD it recognised: without that line nothing was checked.
    expect(
      lines.some((line) =>
        /^(RTStructureSet|RTPlan|RTImage|RTDose|CTImage|MRImage|SpatialRegistration|DeformableSpatialRegistration)$/.test(
          line,
        ),
      ),
    ).toBe(true);
    expect(status).toBe(0);
  });
});

describe.skipIf(peerMissing('dcmdump'))('DCMTK parses what we write', () => {
  test.each([...Object.keys(objects), 'dose-32'])('%s', (name) => {
    const { stderr, status } = spawnSync(DCMDUMP, [fileOf(name)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

/** Runs a script that prints JSON, with the file as argument. */
const python = (script: string, name: string): unknown =>
  JSON.parse(execFileSync(PYTHON, ['-W', 'ignore', '-c', script, fileOf(name)], { encoding: 'utf8' }));

describe.skipIf(pydicomMissing())('pydicom reads what we write', () => {
  test.each(['dose-16', 'dose-32'])('%s: the same dose at the same place', (name) => {
    const script = `
import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
print(json.dumps({'dose': (d.pixel_array.astype('f8') * float(d.DoseGridScaling)).ravel().tolist(), 'origin': list(map(float, d.ImagePositionPatient)),
  'spacing': list(map(float, d.PixelSpacing)), 'offsets': list(map(float, d.GridFrameOffsetVector)), 'plan': d.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID}))`;
    const read = python(script, name) as {
      dose: number[];
      origin: number[];
      spacing: number[];
      offsets: number[];
      plan: string;
    };
    const written = dose();
    const maximum = written.data.reduce((a, b) => Math.max(a, b), 0);
    written.data.forEach((gray, i) => expect(Math.abs(read.dose[i] - gray)).toBeLessThan(1e-5 * maximum));
    expect(read.origin).toEqual(written.origin);
    expect(read.spacing).toEqual([written.spacing[1], written.spacing[0]]);
    read.offsets.forEach((mm, k) => expect(mm).toBeCloseTo(k * written.spacing[2], 9));
    expect(read.plan).toBe(written.planUid);
  });

  test('the plan: angles, weights, leaves, MU and the name in UTF-8', () => {
    const script = `
import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
print(json.dumps({'name': str(d.PatientName), 'beams': [{'mu': float(r.BeamMeterset), 'gantry': float(b.ControlPointSequence[0].GantryAngle),
  'weights': [float(c.CumulativeMetersetWeight) for c in b.ControlPointSequence],
  'leaves': [list(map(float, p.LeafJawPositions)) for p in b.ControlPointSequence[0].BeamLimitingDevicePositionSequence]}
  for b, r in zip(d.BeamSequence, d.FractionGroupSequence[0].ReferencedBeamSequence)]}))`;
    const written = plan();
    expect(python(script, 'plan')).toEqual({
      name: 'Prüfung^Größe^1',
      beams: written.beams.map(({ meterset, controlPoints }) => ({
        mu: meterset,
        gantry: controlPoints[0].gantry,
        weights: controlPoints.map((point) => point.metersetWeight),
        leaves: Object.values(controlPoints[0].positions),
      })),
    });
  });

  test('the structure set: names and every vertex', () => {
    const script = `
import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
print(json.dumps([{'name': r.ROIName, 'contours': [list(map(float, k.ContourData)) for k in c.get('ContourSequence', [])]} for r, c in zip(d.StructureSetROISequence, d.ROIContourSequence)]))`;
    const read = python(script, 'structure-set') as { name: string; contours: number[][] }[];
    expect(read.map(({ name, contours }) => [name, contours.length])).toEqual(
      set.rois.map(({ name, contours }) => [name, contours.length]),
    );
    set.rois.forEach((roi, r) =>
      roi.contours.forEach((contour, c) =>
        contour.points.forEach((mm, i) => expect(Math.abs(read[r].contours[c][i] - mm)).toBeLessThan(1e-4)),
      ),
    );
  });

  test('the deformation: its lattice, every vector, both matrices', () => {
    const script = `
import sys, json, struct, pydicom
r = pydicom.dcmread(sys.argv[1]).DeformableRegistrationSequence[0]
g = r.DeformableRegistrationGridSequence[0]
matrix = lambda s: list(map(float, s[0].FrameOfReferenceTransformationMatrix))
print(json.dumps({'source': r.SourceFrameOfReferenceUID, 'dims': list(g.GridDimensions), 'spacing': list(g.GridResolution),
  'origin': list(map(float, g.ImagePositionPatient)), 'direction': list(map(float, g.ImageOrientationPatient)),
  'vectors': list(struct.unpack('<%df' % (len(g.VectorGridData) // 4), g.VectorGridData)),
  'pre': matrix(r.PreDeformationMatrixRegistrationSequence), 'post': matrix(r.PostDeformationMatrixRegistrationSequence)}))`;
    const read = python(script, 'deformation') as Record<string, number[]>;
    const { field } = warp;
    expect(read.source).toBe(warp.movingFrame);
    expect([read.dims, read.spacing, read.vectors]).toEqual([field.dims, field.spacing, Array.from(field.vectors)]);
    // Decimal strings hold at least twelve digits.
    const near = (given: readonly number[], expected: readonly number[] = []): void =>
      given.forEach((value, n) => expect(value).toBeCloseTo(expected[n], 9));
    near(read.origin, field.origin);
    near(read.direction, field.direction);
    near(read.pre, warp.pre);
    near(read.post, warp.post);
  });

  test.each(['ct', 'mr'])('%s: the pixels', (name) => {
    const script = `
import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
print(json.dumps(d.pixel_array.ravel().tolist()))`;
    const volume = name === 'ct' ? ct : mr;
    expect(python(script, name)).toEqual(Array.from(volume.data.subarray(0, volume.dims[0] * volume.dims[1])));
  });
});

test('objects are written the same, byte for byte, from the same records', () => {
  expect(Buffer.from(writePlan(plan(), objectContext('RTPLAN'))).equals(readFileSync(fileOf('plan')))).toBe(true);
});
