import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePdf } from '#main/report/writePdf.ts';
import { writeEncapsulatedPdf } from '#shared/dicom/encapsulatedPdf.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { RT_PLAN } from '#shared/dicom/uid.ts';
import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import { composeReport } from '#shared/report/compose/composeReport.ts';
import { notFinal, type ReportInput } from '#shared/report/compose/input.ts';
import type { Report } from '#shared/report/model.ts';
import { checkedPlan } from '#test/builders/checkedPlan.ts';
import { objectContext } from '#test/builders/context.ts';
import { peerMissing } from './harness/missing.ts';

const clean = checkedPlan();
const prescribed = clean.plan.prescription!;
/** Centre of the dose, LPS mm: isocenter and middle of the target. */
const CENTRE = [60, 0, 0] as const;

/** 66 Gy at the centre, 1 Gy less every 3 mm: an isodose is a circle of known radius. */
function cone(): ReportInput['dose'] {
  const { dose } = clean;
  const data = new Float32Array(dose.data.length);
  const [nx, ny] = dose.dims;
  for (let n = 0; n < data.length; n++) {
    const [x, y, z] = indexToPatient(dose, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]);
    data[n] = Math.max(0, 66 - Math.hypot(x - CENTRE[0], y - CENTRE[1], z - CENTRE[2]) / 3);
  }
  return { ...dose, data };
}

const goals = {
  name: 'Trunk',
  description: '',
  goals: [
    { structure: 'PTV', text: 'D50% >= 20 Gy', priority: 1 },
    { structure: 'Lung_R', text: 'mean <= 5 Gy', priority: 2 },
    { structure: 'Heart', text: 'mean <= 5 Gy', priority: 2 },
  ],
} as const;

function input(change: Partial<ReportInput> = {}): ReportInput {
  const dose = cone();
  const plan = {
    ...clean.plan,
    marks: { position: [50, 20, -30] as const },
    prescription: { ...prescribed, normalization: { kind: 'None', percent: 100 } as const },
  };
  const whole = { ...clean, plan, dose, ...change };
  return {
    ...whole,
    paper: 'A4',
    patient: {
      ...clean.ct.patient,
      patientName: 'Yamada^Tarou=山田^太郎',
      patientId: 'R 17',
      patientBirthDate: '19500203',
    },
    checks: checkPlan(whole),
    made: { by: 'Nowak^Łucja', at: '2026-01-02T03:04:05', version: '0.1.0' },
    isodoses: [{ percent: 80, color: [0, 255, 0] }],
    goals,
    ...change,
  };
}

describe.skipIf(peerMissing('pdftotext') || peerMissing('pdftoppm'))('the report beside poppler', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'report-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'report.pdf');
  let pdf: Uint8Array;
  let report: Report;
  let pages: string[] = [];

  beforeAll(async () => {
    report = composeReport(input());
    const written = await writePdf(report, new Date(0));
    pdf = written.bytes;
    writeFileSync(file, pdf);
    pages = textOf(file);
    expect(pages).toHaveLength(written.pages);
    expect(written.missing).toEqual(['U+5C71', 'U+7530', 'U+592A', 'U+90CE']);
  });

  const textOf = (name: string): string[] =>
    execFileSync('pdftotext', ['-layout', name, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);

  it('says on every page whose plan it is, how it came about, and that it is no medical device', () => {
    for (const [n, page] of pages.entries()) {
      expect(page).toContain('Yamada, Tarou');
      expect(page).toContain('ID R 17 · born 1950-02-03');
      expect(page).toContain(clean.plan.sopInstanceUid);
      expect(page).toContain('Nowak');
      expect(page).toContain('Łucja · isocenter 0.1.0'.slice(0, 5));
      expect(page).toContain(`page ${n + 1} of ${pages.length}`);
      expect(page).toContain('Not a medical device');
    }
  });

  it('holds prescription, beams, monitor units, goals, checks as text', () => {
    const all = pages.join('\n').replace(/ +/g, ' ');
    expect(all).toContain('60.00 Gy');
    expect(all).toMatch(/1 G090 static GENERIC_6MV 6 MV 90\.0 0\.0 0\.0 101\.0/);
    expect(all).toMatch(/2 G000 static GENERIC_6MV 6 MV 0\.0 0\.0 0\.0 102\.0/);
    // The isocenter is 10 mm to the left, 20 mm in front of and 30 mm above the marks: the couch goes the other way.
    expect(all).toMatch(/G090, G000 60\.0, 0\.0, 0\.0 down 20\.0 mm, out \(from the gantry\).*-20\.0 -30\.0 -10\.0/);
    expect(all).toMatch(/3 SETUP setup GENERIC_6MV/);
    // Body of 110 mm half-width in front of the isocenter: 1000 − 110 mm at x = 60, less what the ellipse takes off.
    expect(all).toMatch(/60\.0, 0\.0, 0\.0 89\d\.\d \(c\)/);
    expect(all).toMatch(/1 PTV D50% >= 20 Gy \d+\.\d\d Gy met/);
    expect(all).toMatch(/2 Lung_R mean <= 5 Gy \d+\.\d\d Gy MISSED/);
    expect(all).toMatch(/2 Heart mean <= 5 Gy – not judged: no structure is called Heart/);
    expect(all).toContain('Machine GENERIC_6MV is not commissioned for clinical use');
    expect(all).toMatch(/G090 101\.0 100\.0 1\.00 1\.00 \+0\.5 3/);
    expect(all).toMatch(/4 characters of this report cannot be written with its fonts and stand as/);
  });

  it('draws structures and isodoses where they are', () => {
    const block = report.blocks.find((one) => one.kind === 'drawings' && one.drawings[0].caption.startsWith('Axial'));
    if (block?.kind !== 'drawings') throw new Error('no axial picture');
    const [{ drawing }] = block.drawings;
    const [image] = drawing.marks;
    if (image.kind !== 'image') throw new Error('no image');
    // The picture alone on a page, two pixels a point.
    const page = path.join(folder, 'axial');
    return writePdf({ ...report, patient: { ...report.patient, name: 'A' }, blocks: [block] }, new Date(0)).then(
      ({ bytes }) => {
        writeFileSync(`${page}.pdf`, bytes);
        execFileSync('pdftoppm', ['-r', '144', '-png', '-singlefile', `${page}.pdf`, page]);
        const { width, data } = PNG.sync.read(readFileSync(`${page}.png`));
        // Where the patient's body begins on paper is known from its own outline: x from −180 to 180 mm, a rim of 8 mm round it.
        const scale = image.columns / (2 * 188);
        const pixel = (x: number, y: number): number[] => {
          const [column, row] = [(x + 188) * scale + 2 * 42, (y + 118) * scale + 2 * (42 + 54)];
          const at = 4 * (Math.round(column) + width * Math.round(row));
          return [...data.subarray(at, at + 3)];
        };
        /** The most of a colour's excess over the others within a millimetre and a half. */
        const near = (x: number, y: number, excess: (rgb: number[]) => number): number =>
          Math.max(
            ...[-1.5, -0.75, 0, 0.75, 1.5].flatMap((dx) =>
              [-1.5, -0.75, 0, 0.75, 1.5].map((dy) => excess(pixel(x + dx, y + dy))),
            ),
          );
        const green = ([r, g, b]: number[]): number => g - Math.max(r, b);
        const red = ([r, g, b]: number[]): number => r - Math.max(g, b);
        // 80 % of 60 Gy are 48 Gy: 54 mm from the centre.
        for (const [x, y] of [
          [6, 0],
          [114, 0],
          [60, 54],
          [60, -54],
          [60 + 54 * Math.SQRT1_2, 54 * Math.SQRT1_2],
        ] as const)
          expect(near(x, y, green), `isodose at ${x}, ${y}`).toBeGreaterThan(90);
        for (const [x, y] of [
          [16, 0],
          [104, 0],
          [60, 44],
          [60, -64],
        ] as const)
          expect(near(x, y, green), `none at ${x}, ${y}`).toBeLessThan(40);
        // The target: 30 × 25 mm round the centre, in (200, 20, 40).
        for (const [x, y] of [
          [90, 0],
          [30, 0],
          [60, 25],
          [60, -25],
        ] as const)
          expect(near(x, y, red), `target at ${x}, ${y}`).toBeGreaterThan(90);
        expect(near(75, 10, red)).toBeLessThan(40);
      },
    );
  });

  it('is not final with a stale or approximate dose, and says so across every page', async () => {
    const { dose } = input();
    const provenance = { ...dose!.provenance!, approximate: true, reasons: ['pencil beam'] };
    const stale = composeReport({ ...input({ doseStale: 'beam G090 was changed' }), shown: [2] });
    expect(stale.watermark).toBe('NOT FINAL: STALE DOSE');
    expect(notFinal(input({ dose: { ...dose!, provenance } }))).toBe('NOT FINAL: APPROXIMATE DOSE');
    expect(notFinal({ ...input(), dose: undefined })).toBe('NOT FINAL: NO DOSE');
    expect(notFinal({ ...input(), checks: [{ rule: 'a', group: 'Dose', status: 'fail', text: '' }] })).toBe(
      'NOT FINAL: FAILED CHECKS',
    );
    expect(report.watermark).toBeUndefined();
    const name = path.join(folder, 'stale.pdf');
    const { bytes } = await writePdf({ ...stale, paper: 'Letter' }, new Date(0));
    writeFileSync(name, bytes);
    const raw = execFileSync('pdftotext', ['-raw', name, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);
    for (const page of raw) expect(page).toContain('Treatment plan report, not final');
    expect(raw.join(' ')).toContain('is not to be signed');
    // The words across the page are turned, and no reader of text puts them together: their ink tells.
    execFileSync('pdftoppm', ['-r', '40', '-png', name, path.join(folder, 'stale')]);
    execFileSync('pdftoppm', [
      '-r',
      '40',
      '-f',
      String(pages.length),
      '-png',
      '-singlefile',
      file,
      path.join(folder, 'final'),
    ]);
    const reddish = (png: string): number => {
      const { data } = PNG.sync.read(readFileSync(path.join(folder, png)));
      let count = 0;
      for (let n = 0; n < data.length; n += 4) if (data[n] > 200 && data[n] - data[n + 1] > 15) count++;
      return count;
    };
    for (const n of raw.keys()) expect(reddish(`stale-${n + 1}.png`)).toBeGreaterThan(500);
    expect(reddish('final.png')).toBeLessThan(100);
  });

  it.skipIf(peerMissing('dciodvfy'))('goes into the archive as Encapsulated PDF, byte for byte', () => {
    const context = objectContext('DOC', 1);
    const bytes = writeEncapsulatedPdf(
      pdf,
      report.title,
      [{ sopClassUid: RT_PLAN, sopInstanceUid: clean.plan.sopInstanceUid }],
      context,
    );
    const { dataset } = readPart10(bytes);
    const length = dataset.number('EncapsulatedDocumentLength')!;
    expect(Buffer.from(dataset.bytes('EncapsulatedDocument')).subarray(0, length).equals(Buffer.from(pdf))).toBe(true);
    const name = path.join(folder, 'report.dcm');
    writeFileSync(name, bytes);
    const said = execFileSync('/bin/sh', ['-c', 'dciodvfy "$1" 2>&1', 'sh', name], { encoding: 'utf8' });
    expect(said.match(/^Error.*$/gm) ?? []).toEqual([]);
    expect(said).toContain('EncapsulatedPDF');
  });
});
