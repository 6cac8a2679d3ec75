import PDFDocument from 'pdfkit';
import { PNG } from 'pngjs';
import { layoutReport } from '#shared/report/layout/layoutReport.ts';
import { type Mark, type Page, PAPERS, type Report } from '#shared/report/model.ts';
import { ReportFonts, REPLACEMENT } from './fonts.ts';

const CREATOR = 'isocenter';

export interface WrittenPdf {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  /** Characters that were replaced, as code points. */
  readonly missing: readonly string[];
}

/**
 * A report as PDF (1.7, text as text). Characters that the fonts lack are shown as a replacement, and a warning at the head of the report
 * names them.
 */
export async function writePdf(report: Report, made: Date): Promise<WrittenPdf> {
  const document = new PDFDocument({
    autoFirstPage: false,
    size: [...PAPERS[report.paper]],
    margin: 0,
    pdfVersion: '1.7',
    lang: 'en',
    info: { Title: report.title, Creator: CREATOR, Producer: CREATOR, CreationDate: made },
  });
  const chunks: Buffer[] = [];
  const written = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on('error', reject);
  });
  const fonts = new ReportFonts(document);
  const missing = missingIn(report, fonts);
  const pages = layoutReport(withMissing(report, missing), (text, size, bold) => fonts.width(text, size, bold));
  for (const page of pages) {
    document.addPage();
    drawPage(document, fonts, page);
  }
  document.end();
  return { bytes: await written, pages: pages.length, missing };
}

/** Code points of a report's text that no font holds. */
function missingIn(report: Report, fonts: ReportFonts): string[] {
  const missing = new Set<string>();
  JSON.stringify(report, (key, value: unknown) => {
    if (typeof value === 'string' && key !== 'grey')
      for (const letter of value) if (letter >= ' ' && !fonts.holds(letter)) missing.add(letter);
    return value;
  });
  return [...missing].map((letter) => `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
}

/** The report, saying first which characters it cannot show. */
function withMissing(report: Report, missing: readonly string[]): Report {
  if (missing.length === 0) return report;
  const [characters, stand] = missing.length === 1 ? ['character', 'stands'] : ['characters', 'stand'];
  const text = `${missing.length} ${characters} of this report cannot be written with its fonts and ${stand} as ${REPLACEMENT}: ${missing.join(', ')}. Compare names with the original.`;
  return { ...report, blocks: [{ kind: 'text', text, tone: 'bad' }, ...report.blocks] };
}

function drawPage(document: PDFKit.PDFDocument, fonts: ReportFonts, { groups }: Page): void {
  for (const { clip, marks } of groups) {
    document.save();
    if (clip !== undefined) document.rect(...clip).clip();
    for (const mark of marks) drawMark(document, fonts, mark);
    document.restore();
  }
}

function drawMark(document: PDFKit.PDFDocument, fonts: ReportFonts, mark: Mark): void {
  switch (mark.kind) {
    case 'line': {
      if (mark.points.length < 4) return;
      tracePath(document, mark.points, mark.closed === true);
      document.lineWidth(mark.width).lineJoin('round');
      if (mark.dash === undefined) document.undash();
      else document.dash(mark.dash[0], { space: mark.dash[1] ?? mark.dash[0] });
      document.stroke([...mark.color]);
      return;
    }
    case 'area':
      if (mark.points.length < 6) return;
      tracePath(document, mark.points, true);
      document
        .fillOpacity(mark.opacity ?? 1)
        .fill([...mark.color], 'even-odd')
        .fillOpacity(1);
      return;
    case 'image':
      document.image(greyPng(mark), mark.x, mark.y, { width: mark.width, height: mark.height });
      return;
    case 'words':
      drawWords(document, fonts, mark);
  }
}

function tracePath(document: PDFKit.PDFDocument, points: readonly number[], closed: boolean): void {
  document.moveTo(points[0], points[1]);
  for (let n = 2; n + 1 < points.length; n += 2) document.lineTo(points[n], points[n + 1]);
  if (closed) document.closePath();
}

function drawWords(document: PDFKit.PDFDocument, fonts: ReportFonts, mark: Extract<Mark, { kind: 'words' }>): void {
  const { x, y, text, size, bold = false, align = 'left', color = [0, 0, 0], turned, opacity = 1 } = mark;
  const width = align === 'left' ? 0 : fonts.width(text, size, bold);
  let at = x - (align === 'right' ? width : align === 'center' ? width / 2 : 0);
  document.save();
  if (turned !== undefined) document.rotate(-turned, { origin: [x, y] });
  document.fillColor([...color], opacity);
  for (const { font, text: part } of fonts.runs(text, bold)) {
    document.font(font).fontSize(size).text(part, at, y, { lineBreak: false, baseline: 'alphabetic' });
    at += document.widthOfString(part);
  }
  document.restore();
}

function greyPng({ columns, rows, grey }: Extract<Mark, { kind: 'image' }>): Buffer {
  const pixels = Buffer.from(grey, 'base64');
  const png = new PNG({ width: columns, height: rows });
  const expected = columns * rows;
  for (let n = 0; n < expected; n++) {
    const value = pixels[n] ?? 0;
    png.data.set([value, value, value, 255], 4 * n);
  }
  return PNG.sync.write(png, { colorType: 0 });
}
