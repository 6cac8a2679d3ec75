import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { IMPLICIT_LITTLE_ENDIAN, RT_PLAN } from '#shared/dicom/uid.ts';
import type {
  Applicator,
  BeamAccessories,
  Block,
  Bolus,
  Compensator,
  GeneralAccessory,
  Wedge,
} from '#shared/model/accessories.ts';
import type { Beam } from '#shared/model/plan.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { objectContext } from '#test/builders/context.ts';
import { beam, plan } from '#test/builders/plan.ts';

const context = objectContext('RTPLAN');
const bytesOf = (...beams: Beam[]): Uint8Array => writePlan(plan(1, { beams }), context);
const roundTrip = (written: Beam): Beam => readPlan(bytesOf(written)).beams[0];

/** Numbers as decimal strings hold them: up to four decimals. */
const decimal = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.round(min * 1e4), max: Math.round(max * 1e4) }).map((n) => n / 1e4);
const text = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(/^[A-Za-z0-9ÄÖé°%-][A-Za-z0-9ÄÖé °%-]*$/, { maxLength: length }).map((s) => s.trim());
const code = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,15}$/);
const share = decimal(0, 1);
const distance = decimal(1, 1000);
const binary32 = fc.float({ min: 1, max: 1000, noNaN: true });
const record = <T>(required: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as unknown as fc.Arbitrary<T>;
const list = <T>(of: fc.Arbitrary<T>, key: (item: T) => number): fc.Arbitrary<readonly T[]> =>
  fc.uniqueArray(of, { minLength: 1, maxLength: 4, selector: key });

const wedge = record<Wedge>(
  { number: fc.nat(99), type: fc.constantFrom('STANDARD', 'DYNAMIC', 'MOTORIZED', 'PARTIAL_STANDARD', '') },
  {
    id: text(16),
    accessoryCode: text(64),
    angle: fc.nat(60),
    effectiveAngle: decimal(0, 60),
    factor: share,
    orientation: decimal(0, 359),
    sourceToWedgeTray: distance,
  },
);
const block = record<Block>(
  {
    number: fc.nat(99),
    type: fc.constantFrom('SHIELDING', 'APERTURE'),
    divergence: fc.constantFrom('PRESENT', 'ABSENT', ''),
    materialId: fc.oneof(fc.constant(''), text(16)),
    outline: fc.array(fc.tuple(decimal(-200, 200), decimal(-200, 200)), { maxLength: 60 }).map((pairs) => pairs.flat()),
  },
  {
    name: text(64),
    transmission: share,
    thickness: distance,
    sourceToTray: distance,
    mountingPosition: fc.constantFrom('PATIENT_SIDE', 'SOURCE_SIDE'),
    trayId: text(16),
    trayAccessoryCode: text(64),
    accessoryCode: text(64),
  },
);
const bolus = record<Bolus>(
  { roiNumber: fc.nat(999) },
  { id: text(16), description: text(200), accessoryCode: text(64) },
);
const compensator = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), text(16))
  .chain(([rows, columns, materialId]) => {
    const grid = (of: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
      fc.array(of, { minLength: rows * columns, maxLength: rows * columns });
    return record<Compensator>(
      {
        number: fc.nat(99),
        type: fc.constantFrom('STANDARD', 'DYNAMIC', ''),
        materialId: fc.constant(materialId),
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        pixelSpacing: fc.tuple(distance, distance),
        position: fc.tuple(decimal(-200, 200), decimal(-200, 200)),
        thickness: grid(decimal(-50, 50)),
      },
      {
        description: text(200),
        id: text(16),
        trayId: text(16),
        accessoryCode: text(64),
        divergence: fc.constantFrom('PRESENT', 'ABSENT'),
        mountingPosition: fc.constantFrom('PATIENT_SIDE', 'SOURCE_SIDE', 'DOUBLE_SIDED'),
        sourceToTray: distance,
        transmission: grid(share),
        sourceDistance: grid(distance),
      },
    );
  });
const applicator = record<Applicator>(
  { id: text(16), type: code },
  {
    description: text(200),
    accessoryCode: text(64),
    sourceToMounting: binary32,
    geometry: record({ shape: code }, { opening: binary32, openingX: binary32, openingY: binary32 }),
  },
);
const generalAccessory = record<GeneralAccessory>(
  { number: fc.nat(99), id: text(16) },
  { type: code, description: text(200), accessoryCode: text(64), sourceDistance: binary32 },
);
const accessories = record<BeamAccessories>(
  {},
  {
    wedges: list(wedge, ({ number }) => number),
    blocks: list(block, ({ number }) => number),
    totalBlockTrayFactor: share,
    boluses: list(bolus, ({ roiNumber }) => roiNumber),
    compensators: list(compensator, ({ number }) => number),
    totalCompensatorTrayFactor: share,
    applicators: fc.array(applicator, { minLength: 1, maxLength: 2 }),
    generalAccessories: list(generalAccessory, ({ number }) => number),
  },
);

describe('accessories of a beam', () => {
  test('every value is read back, whatever they are', () => {
    fc.assert(
      fc.property(accessories, fc.integer({ min: 2, max: 6 }), (carried, points) => {
        const written = fitted(carried, 1, points);
        const read = readPlan(bytesOf(written));
        expect(read.beams[0]).toEqual(written);
        expect(read.omitted).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('also after an archive rewrote them in implicit VR, beside beams without any', () => {
    const bytes = bytesOf(fitted(everyAccessory), beam(2));
    const rewritten = readPlan(writePart10(readPart10(bytes).dataset, IMPLICIT_LITTLE_ENDIAN));
    expect(rewritten.beams).toEqual([fitted(everyAccessory), beam(2)]);
  });

  test('are announced by their numbers, and absent where there are none', () => {
    const [full, none] = readPart10(bytesOf(fitted(everyAccessory), beam(2))).dataset.sequence('BeamSequence');
    const counts = ['NumberOfWedges', 'NumberOfCompensators', 'NumberOfBoli', 'NumberOfBlocks'];
    expect(counts.map((name) => full.number(name))).toEqual([2, 1, 1, 2]);
    expect(counts.map((name) => none.number(name))).toEqual([0, 0, 0, 0]);
    expect(['WedgeSequence', 'BlockSequence', 'TotalBlockTrayFactor'].map((name) => none.element(name))).toEqual(
      [undefined, undefined, undefined], // biome-ignore format: one line
    );
  });

  test('a block asks for its thickness with a material and for its transmission without one', () => {
    const plain = { number: 1, type: 'SHIELDING', divergence: '', outline: [] } as const;
    const blocks = [
      { ...plain, materialId: 'LEAD' },
      { ...plain, materialId: '' },
    ];
    const written = readPart10(bytesOf(fitted({ blocks })))
      .dataset.sequence('BeamSequence')[0]
      .sequence('BlockSequence');
    expect(
      written.map((item) => [item.element('BlockThickness')?.length, item.element('BlockTransmission')?.length]),
    ).toEqual([
      [0, undefined],
      [undefined, 0],
    ]);
  });
});

describe('wedge positions', () => {
  const wedges = everyAccessory.wedges;
  test('are stated at the first control point and where they change', () => {
    const points = readPart10(bytesOf(fitted({ wedges }, 3, 5)))
      .dataset.sequence('BeamSequence')[0]
      .sequence('ControlPointSequence');
    expect(
      points.map((point) => point.sequence('WedgePositionSequence').map((item) => item.string('WedgePosition'))),
    ).toEqual(
      [['IN', 'IN'], [], [], [], ['OUT', 'OUT']], // biome-ignore format: one line
    );
  });

  test('one wedge may go while the other stays', () => {
    const both = fitted({ wedges });
    const [first, last] = both.controlPoints;
    const written = { ...both, controlPoints: [first, { ...last, wedgePositions: { 1: 'IN', 7: 'OUT' } as const }] };
    expect(roundTrip(written)).toEqual(written);
  });

  test.each<[string, Beam]>([
    ['nowhere', { ...fitted({ wedges }), controlPoints: beam(1).controlPoints }],
    ['without a wedge', { ...fitted({ wedges }), wedges: [] }],
  ])('are refused in writing when they place %s', (_, wrong) => {
    expect(() => bytesOf(wrong)).toThrow(
      expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute: 'WedgePositionSequence' }),
    );
  });

  test('two wedges of one number are refused', () => {
    expect(() => bytesOf(fitted({ wedges: [wedges[0], wedges[0]] }))).toThrow(
      expect.objectContaining({ attribute: 'WedgeNumber' }),
    );
  });
});

describe('what cannot be held is said, and keeps the plan from dose and writing', () => {
  const point: DataSetInput = {
    NominalBeamEnergy: 6,
    GantryAngle: 10,
    BeamLimitingDeviceAngle: 0,
    PatientSupportAngle: 0,
    IsocenterPosition: [1, 2, 3],
  };
  const foreign = (more: DataSetInput, first: DataSetInput = {}): Uint8Array =>
    writePart10({
      SOPClassUID: RT_PLAN,
      SOPInstanceUID: '1.2.3',
      Modality: 'RTPLAN',
      BeamSequence: [
        {
          BeamNumber: 1,
          BeamType: 'STATIC',
          RadiationType: 'PHOTON',
          PrimaryDosimeterUnit: 'MU',
          SourceAxisDistance: 1000,
          FinalCumulativeMetersetWeight: 1,
          ControlPointSequence: [
            { ControlPointIndex: 0, CumulativeMetersetWeight: 0, ...point, ...first },
            { ControlPointIndex: 1, CumulativeMetersetWeight: 1 },
          ],
          ...more,
        },
      ],
    });
  const wedgeItem: DataSetInput = { WedgeNumber: 1, WedgeType: 'STANDARD', WedgeAngle: 30 };
  const blockItem: DataSetInput = { BlockNumber: 1, BlockType: 'SHIELDING', MaterialID: 'LEAD' };
  const placed = (WedgePosition: string, ReferencedWedgeNumber = 1): DataSetInput => ({
    WedgePositionSequence: [{ ReferencedWedgeNumber, WedgePosition }],
  });

  test.each<[string, RegExp, DataSetInput, DataSetInput]>([
    ['a wedge without a number', /wedge 1: required attribute.*WedgeNumber/, { WedgeSequence: [{}] }, {}],
    ['a wedge placed nowhere', /position of wedge 1 is not stated/, { WedgeSequence: [wedgeItem] }, {}],
    ['a wedge half in', /position "PARTIAL" of wedge 1/, { WedgeSequence: [wedgeItem] }, placed('PARTIAL')],
    ['another wedge placed', /not described: 5/, {}, placed('IN', 5)],
    ['a wedge announced', /1 × wedge announced, 0 described/, { NumberOfWedges: 1 }, {}],
    ['a block of no type', /block 1:.*BlockType/, { BlockSequence: [{ BlockNumber: 1 }] }, {}],
    ['a block of another type', /"HOLE" is none of/, { BlockSequence: [{ ...blockItem, BlockType: 'HOLE' }] }, {}],
    [
      'an outline cut short',
      /4 coordinates for 3 points/,
      { BlockSequence: [{ ...blockItem, BlockNumberOfPoints: 3, BlockData: [0, 0, 1, 1] }] },
      {},
    ],
    [
      'a transmission in per cent',
      /3.5 is no share/,
      { BlockSequence: [{ ...blockItem, BlockTransmission: 3.5 }] },
      {},
    ],
    ['a tray factor in per cent', /TotalBlockTrayFactor 96/, { TotalBlockTrayFactor: 96 }, {}],
    [
      'a block made of slabs',
      /BlockSlabSequence of block 1/,
      { BlockSequence: [{ ...blockItem, BlockSlabSequence: [{ BlockSlabNumber: 1 }] }] },
      {},
    ],
    ['a compensator without its grid', /CompensatorRows/, { CompensatorSequence: [{ CompensatorNumber: 1 }] }, {}],
  ])('%s', (_, words, more, first) => {
    const read = readPlan(foreign(more, first));
    expect(read.omitted?.[0]).toMatch(words);
    expect(read.warnings).toEqual(expect.arrayContaining([...(read.omitted ?? [])]));
    expect(() => writePlan({ ...plan(), omitted: read.omitted }, context)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_OBJECT' }),
    );
  });

  test('while a wedge placed by the book is no reason to', () => {
    expect(readPlan(foreign({ WedgeSequence: [wedgeItem] }, placed('IN'))).omitted).toBeUndefined();
  });
});
