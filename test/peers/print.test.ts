import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { phantomSeries } from '#main/cli/phantomFiles.ts';
import type { PrintJob } from '#main/services/print/film/printJob.ts';
import { NOT_FOR_CLINICAL_USE } from '#main/services/print/film/printJob.ts';
import { withCaption } from '#main/services/print/image/caption.ts';
import type { ImageFile } from '#main/services/print/image/imageFile.ts';
import { chooseSlices, identityOf, imagesOf, slicesToPrint } from '#main/services/print/image/series.ts';
import { printerState, printFilms } from '#main/services/print/printScu.ts';
import * as classes from '#main/services/print/sopClasses.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type DicomFile, readPart10 } from '#shared/dicom/codec/part10.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { isocenterJson, runIsocenter } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { type Dcmprscp, startDcmprscp } from './harness/printer.ts';
import { type PrintServer, type PrintServerOptions, startPrintServer } from './harness/printServer.ts';
import { temporaryFolder } from './harness/process.ts';

const CALLER = { callingAe: 'ISOCENTER' };

const imageOf = (header: DicomFile): ImageFile => ({ header, load: async () => header });

/** Some slices of the water phantom: 120 × 120 pixels of 3 mm. */
async function waterJob(count: number, film: Partial<PrintJob['film']>, bits: 8 | 12 = 12): Promise<PrintJob> {
  const [ct] = phantomSeries(phantomOf('water')).filter(({ modality }) => modality === 'CT');
  const slices = chooseSlices(slicesToPrint(ct.files.map(({ name, bytes }) => imageOf(readPart10(bytes, name)))), {
    to: count,
  });
  const settings: PrintJob['film'] = {
    layout: 'STANDARD\\2,2',
    filmSize: '14INX17IN',
    orientation: 'PORTRAIT',
    ...film,
  };
  return {
    film: settings,
    session: {
      copies: 2,
      priority: 'HIGH',
      medium: 'BLUE FILM',
      destination: 'MAGAZINE',
      label: 'Water',
      presentation: 'IDENTITY',
    },
    images: await imagesOf(slices, { bits, window: { center: 40, width: 400 }, cut: film.trueSize }),
    identity: identityOf(slices[0].file.header.dataset, settings, 'Plan 1'),
  };
}

describe.skipIf(peerMissing('dcmprscp'))('printing on dcmprscp', () => {
  let printer: Dcmprscp;
  beforeAll(async () => {
    printer = await startDcmprscp();
  });
  afterAll(() => printer.stop());

  it('spreads images over films; layout, size and every pixel arrive', async () => {
    const job = await waterJob(5, { magnification: 'CUBIC', borderDensity: 'WHITE', trim: true, maxDensity: 300 });
    const report = await printFilms(printer.peer, CALLER, job);
    expect(report).toMatchObject({ printer: { status: 'NORMAL', info: 'ready' }, films: 2, images: 5, warnings: [] });
    expect(report.annotated).toBe(false);
    const { films, images } = await printer.kept();
    expect(films).toHaveLength(2);
    for (const { dataset } of films) {
      const [box] = dataset.sequence('FilmBoxContentSequence');
      expect(box.strings('ImageDisplayFormat')).toEqual(['STANDARD\\2,2']);
      expect(box.string('FilmSizeID')).toBe('14INX17IN');
      expect([box.string('BorderDensity'), box.string('Trim'), box.number('MaxDensity')]).toEqual([
        'WHITE',
        'YES',
        300,
      ]);
    }
    const expected = job.images.map(({ image, description }) => withCaption(image, [description, ...job.identity]));
    const arrived = await Promise.all(images.map(async (file) => Array.from(await decodePixels(file))));
    expect(arrived).toHaveLength(5);
    for (const { data } of expected) expect(arrived).toContainEqual(Array.from(data));
    expect(images[0].dataset.number('BitsStored')).toBe(12);
  });

  it('asks for the width in mm of an image in true size, whatever was added under it', async () => {
    await printFilms(printer.peer, CALLER, await waterJob(1, { layout: 'STANDARD\\1,1', trueSize: true }, 8));
    const { films } = await printer.kept();
    const boxes = films.flatMap(({ dataset }) => dataset.sequence('ImageBoxContentSequence'));
    const sizes = boxes.map((box) => box.number('RequestedImageSize')).filter((size) => size !== undefined);
    // The phantom is a cube of 300 mm; its black surroundings stay away.
    expect(sizes).toEqual([300]);
  });

  it('prints from the command line', async () => {
    const folder = await temporaryFolder('print');
    try {
      await isocenterJson(['phantom', 'water', '--out', folder.path]);
      const to = `IHEFULL@127.0.0.1:${printer.peer.port}`;
      const args = ['print', to, path.join(folder.path, 'CT'), '--slices', '1-9', '--every', '4', '--layout', '3,4'];
      const report = await isocenterJson(args);
      expect(report).toMatchObject({ images: 3, films: 1, printer: { status: 'NORMAL' } });
      const tooLarge = await runIsocenter([...args, '--true-size']);
      expect(tooLarge.code).toBe(1);
      expect(tooLarge.stderr).toMatch(/error GEOMETRY: .*300\.0 × [\d.]+ mm in true size do not fit 119 × 108 mm/);
      const refused = await runIsocenter([...args, '--medium', 'PAPYRUS']);
      expect(refused.stderr).toMatch(/error DIMSE_STATUS: IHEFULL: film session: 0106H: the printer refuses the value/);
      const csv = path.join(folder.path, 'note.txt');
      await writeFile(csv, await readFile('package.json'));
      expect((await runIsocenter(['print', to, csv])).stderr).toMatch(/error NOT_DICOM/);
    } finally {
      await folder.remove();
    }
  });
});

describe('printing on a printer with annotation boxes and print jobs', () => {
  let printer: PrintServer;
  const start = async (options: PrintServerOptions): Promise<void> => {
    printer = await startPrintServer(options);
  };
  afterEach(() => printer.close());
  const annotated = async (count: number, film: Partial<PrintJob['film']> = {}): Promise<PrintJob> => {
    const job = await waterJob(count, film);
    return { ...job, session: { ...job.session, annotationFormat: 'LABEL' } };
  };
  const setsOf = (sopClass: string) =>
    printer.said.filter((one) => one.command === 'N-SET' && one.sopClass === sopClass).map((one) => one.attributes);

  it('puts identity into annotation boxes, watches the job to its end, hears events and leaves nothing behind', async () => {
    await start({ annotationBoxes: 5, jobs: ['PENDING', 'PRINTING', 'DONE'] });
    const events: string[] = [];
    const job = await annotated(1);
    const report = await printFilms(printer.peer, CALLER, job, {
      pollMs: 1,
      onEvent: ({ of, status, info }) => events.push(`${of} ${status}: ${info}`),
    });
    expect(report).toMatchObject({ annotated: true, jobs: [{ film: 1, status: 'DONE' }], warnings: [] });
    expect(events).toEqual(['printer WARNING: film runs low']);
    expect(printer.eventStatuses).toEqual([0]);
    const texts = setsOf(classes.ANNOTATION_BOX).map((set) => set?.string('TextString'));
    expect(texts).toEqual(job.identity);
    expect(texts).toContain(NOT_FOR_CLINICAL_USE);
    expect(texts[0]).toBe('Phantom, Water tank | ID PHANTOM-WATER-1');
    const [sent] = setsOf(classes.GRAYSCALE_IMAGE_BOX).map((set) => set?.sequence('BasicGrayscaleImageSequence')[0]);
    const expected = withCaption(job.images[0].image, [job.images[0].description]);
    expect([sent?.number('Columns'), sent?.number('Rows')]).toEqual([expected.width, expected.height]);
    const deleted = printer.said.filter(({ command }) => command === 'N-DELETE').map(({ sopClass }) => sopClass);
    expect(deleted).toEqual([classes.FILM_BOX, classes.FILM_SESSION, classes.PRESENTATION_LUT]);
  });

  it('joins lines for fewer boxes, and falls back to the images when identity would be cut', async () => {
    await start({ annotationBoxes: 2 });
    const report = await printFilms(printer.peer, CALLER, await annotated(1), { watchMs: 0 });
    expect(report.annotated).toBe(false);
    expect(report.warnings.map(({ text }) => text)).toContain(
      'identity does not fit the annotation boxes: it stands under each image',
    );
    expect(setsOf(classes.ANNOTATION_BOX)).toEqual([]);
  });

  it('prints nothing when the printer would change true size, and cleans up', async () => {
    await start({ statuses: { [`N-SET ${classes.GRAYSCALE_IMAGE_BOX}`]: 0xb604 } });
    const job = await waterJob(1, { layout: 'STANDARD\\1,1', trueSize: true });
    await expect(printFilms(printer.peer, CALLER, job)).rejects.toThrow(
      /not in true size, nothing was printed: B604H: the image is larger than its place on the film and was made smaller/,
    );
    expect(printer.said.some(({ command }) => command === 'N-ACTION')).toBe(false);
    expect(printer.said.at(-1)).toMatchObject({ command: 'N-DELETE', sopClass: classes.PRESENTATION_LUT });
  });

  it('says the warning in words when the size is not asked for', async () => {
    await start({ statuses: { [`N-SET ${classes.GRAYSCALE_IMAGE_BOX}`]: 0xb60a } });
    const { warnings } = await printFilms(printer.peer, CALLER, await waterJob(1, {}), { watchMs: 0 });
    expect(warnings).toEqual([
      {
        step: 'film 1, image 1',
        status: 0xb60a,
        text: 'B60AH: the image is larger than its place on the film and pixels were left out',
      },
    ]);
  });

  it('sends nothing to a printer that is out of order', async () => {
    await start({ printerStatus: 'FAILURE', printerInfo: 'FILM JAM' });
    expect(await printerState(printer.peer, CALLER)).toEqual({ status: 'FAILURE', info: 'film is jammed' });
    const failure = await printFilms(printer.peer, CALLER, await waterJob(1, {})).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(IsocenterError);
    expect((failure as IsocenterError).message).toBe('the printer is out of order: film is jammed');
    expect(printer.said.every(({ command }) => command === 'N-GET')).toBe(true);
  });
});
