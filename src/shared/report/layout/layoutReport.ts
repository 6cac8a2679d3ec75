import { type Mark, type Page, PAPERS, type Report } from '../model.ts';
import { putBlock } from './blocks.ts';
import { Sheet } from './sheet.ts';
import { BODY, HEAD, INK, MARGIN, QUIET, RULE } from './style.ts';
import { type Measure, wrapText } from './wrap.ts';

/** Said at the foot of every page. */
const NOT_A_DEVICE = 'Not a medical device. Not for clinical use.';

/**
 * Sets a report in pages: every block in order, identity and subject at the head, maker and page number at the foot of each, and a
 * watermark across it where the report has one. `measure` tells the width of a text in the font it will be written in.
 */
export function layoutReport(report: Report, measure: Measure): Page[] {
  const sheet = new Sheet(report.paper, measure);
  for (const block of report.blocks) putBlock(sheet, block);
  return sheet.pages.map((groups, n) => ({
    groups: [
      { marks: head(report, sheet) },
      ...groups,
      { marks: foot(report, sheet, n + 1) },
      ...(report.watermark === undefined ? [] : [{ marks: watermark(report.paper, report.watermark, measure) }]),
    ],
  }));
}

function head({ title, patient, subject }: Report, { left, right, width, measure }: Sheet): Mark[] {
  const base = MARGIN + 12;
  const name = wrapText(patient.name === '' ? '(no name)' : patient.name, width * 0.64, 13, true, measure);
  const born = patient.birthDate === '' ? 'birth date unknown' : `born ${patient.birthDate}`;
  const [about] = wrapText(subject, width, 7, false, measure);
  return [
    {
      kind: 'words',
      x: left,
      y: base,
      text: name.length > 1 ? `${name[0]}…` : name[0],
      size: 13,
      bold: true,
      color: INK,
    },
    { kind: 'words', x: right, y: base, text: title, size: 9.5, bold: true, color: INK, align: 'right' },
    {
      kind: 'words',
      x: left,
      y: base + 13,
      text: `ID ${patient.id === '' ? '(none)' : patient.id} · ${born} · sex ${patient.sex === '' ? 'unknown' : patient.sex}`,
      size: BODY,
      color: INK,
    },
    { kind: 'words', x: left, y: base + 24, text: about, size: 7, color: QUIET },
    { kind: 'line', points: [left, MARGIN + HEAD - 12, right, MARGIN + HEAD - 12], color: INK, width: 0.8 },
  ];
}

function foot({ made }: Report, { left, right, bottom, pages }: Sheet, page: number): Mark[] {
  const base = bottom + 22;
  return [
    { kind: 'line', points: [left, bottom + 10, right, bottom + 10], color: RULE, width: 0.6 },
    { kind: 'words', x: left, y: base, text: made, size: 7, color: QUIET },
    { kind: 'words', x: left, y: base + 9, text: NOT_A_DEVICE, size: 7, bold: true, color: QUIET },
    {
      kind: 'words',
      x: right,
      y: base,
      text: `page ${page} of ${pages.length}`,
      size: 7,
      color: QUIET,
      align: 'right',
    },
  ];
}

/** One line a diagonal, as large as fits. */
function watermark(paper: Report['paper'], text: string, measure: Measure): Mark[] {
  const [width, height] = PAPERS[paper];
  const turned = (Math.atan2(height, width) * 180) / Math.PI;
  const room = Math.hypot(width, height) * 0.82;
  const size = Math.min(64, (room / measure(text, 10, true)) * 10);
  return [
    {
      kind: 'words',
      x: width / 2 + size * 0.35 * Math.sin((turned * Math.PI) / 180),
      y: height / 2 + size * 0.35 * Math.cos((turned * Math.PI) / 180),
      text,
      size,
      bold: true,
      color: [190, 20, 20],
      opacity: 0.16,
      align: 'center',
      turned,
    },
  ];
}
