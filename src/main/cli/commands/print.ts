import { IsocenterError } from '#shared/contract/errors.ts';
import { imageDisplayFormat } from '#main/services/print/film/layout.ts';
import type { FilmSettings, PrintJob, SessionSettings } from '#main/services/print/film/printJob.ts';
import { type ImageFile, openImage } from '#main/services/print/image/imageFile.ts';
import {
  chooseSlices,
  identityOf,
  imagesOf,
  type SliceChoice,
  slicesToPrint,
} from '#main/services/print/image/series.ts';
import type { Window } from '#main/services/print/image/sliceImage.ts';
import { type PrintReport, printFilms } from '#main/services/print/printScu.ts';
import { ARCHIVE_OPTION, withArchive } from '../options/archiveOption.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { listFiles } from '../files.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';

export const command: Command = {
  usage:
    'AET@host:port (FILE… | --series UID [--archive DIR]) [--slices A-B] [--every N] [--layout C,R] [--true-size] …',
  help: [
    'Prints grey images on film (Basic Grayscale Print Management), with the identity of the patient on every film.',
    '--layout 3,4       columns, rows; or ROW:2,1 (images in each row), COL:1,2',
    '--window C,W       instead of the window of the images',
    '--film-size 14INX17IN  --orientation portrait|landscape  --medium "BLUE FILM"  --destination PROCESSOR',
    '--true-size        a millimetre of the patient is a millimetre on film, or the command fails; black edges are left away',
    '--bits 8|12  --polarity normal|reverse  --magnification replicate|bilinear|cubic|none  --presentation identity|lin-od',
    '--border BLACK|WHITE|D  --empty BLACK|WHITE|D  --min-density D  --max-density D (hundredths of optical density)  --trim',
    '--copies N  --priority high|med|low  --label TEXT  --plan TEXT (said on the film)  --configuration TEXT',
    '--annotation ID    annotation display format of the printer; without it identity stands under each image',
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NETWORK_OPTIONS,
    series: { type: 'string' },
    slices: { type: 'string' },
    every: { type: 'string' },
    layout: { type: 'string', default: '1,1' },
    window: { type: 'string' },
    'film-size': { type: 'string', default: '14INX17IN' },
    orientation: { type: 'string', default: 'portrait' },
    medium: { type: 'string', default: 'BLUE FILM' },
    destination: { type: 'string', default: 'PROCESSOR' },
    'true-size': { type: 'boolean' },
    bits: { type: 'string', default: '12' },
    polarity: { type: 'string' },
    magnification: { type: 'string' },
    presentation: { type: 'string', default: 'identity' },
    border: { type: 'string' },
    empty: { type: 'string' },
    'min-density': { type: 'string' },
    'max-density': { type: 'string' },
    trim: { type: 'boolean' },
    copies: { type: 'string', default: '1' },
    priority: { type: 'string', default: 'med' },
    label: { type: 'string' },
    plan: { type: 'string' },
    configuration: { type: 'string' },
    annotation: { type: 'string' },
  },
  async run(args, io) {
    const peer = await peerFromArgs(args);
    const caller = await callerOptions(args);
    const [film, session] = [filmOf(args), sessionOf(args)];
    const bits = choice(args, 'bits', ['8', '12']) === '8' ? 8 : 12;
    const window = windowOf(args);
    const slices = chooseSlices(slicesToPrint(await filesOf(args)), rangeOf(args));
    const images = await imagesOf(slices, { bits, window, cut: film.trueSize }, io.signal);
    const identity = identityOf(slices[0].file.header.dataset, film, args.text('plan'));
    const job: PrintJob = { film, session, images, identity };
    const report = await printFilms(peer, caller, job, {
      signal: io.signal,
      onProgress: (text, done, total) => io.progress(text, done / total),
      onEvent: ({ of, status, info }) => io.say(`${of}: ${status} ${info}`),
    });
    io.result(report, textOf(report));
    const broken = report.jobs.find(({ status }) => status === 'FAILURE');
    if (broken !== undefined)
      throw new IsocenterError('DIMSE_STATUS', `film ${broken.film} failed: ${broken.info}`, { object: peer.aeTitle });
  },
};

async function filesOf(args: Arguments): Promise<ImageFile[]> {
  const paths = args.positionals.slice(1);
  const series = args.text('series');
  if (paths.length > 0 === (series !== undefined)) throw usage('give either FILE or --series', undefined);
  const files =
    series === undefined
      ? await listFiles(paths)
      : await withArchive(args, async (archive) => {
          const objects = await archive.locate({ seriesInstanceUid: series });
          if (objects.length === 0)
            throw new IsocenterError('NOT_FOUND', 'not in the archive', { object: series, attribute: '--series' });
          await archive.bring(objects);
          return objects.map(({ file }) => file);
        });
  return Promise.all(files.map((file) => openImage(file, file)));
}

const usage = (message: string, attribute: string | undefined): IsocenterError =>
  new IsocenterError('USAGE', message, { attribute });

function choice<T extends string>(args: Arguments, name: string, values: readonly T[]): T | undefined {
  const text = args.text(name);
  const found = values.find((value) => value.toLowerCase() === text?.toLowerCase());
  if (text !== undefined && found === undefined) throw usage(`'${text}' is none of ${values.join(', ')}`, `--${name}`);
  return found;
}

function density(args: Arguments, name: string): string | undefined {
  const text = args.text(name)?.toUpperCase();
  if (text !== undefined && !/^(BLACK|WHITE|\d{1,3})$/.test(text))
    throw usage(`'${text}' is neither BLACK, WHITE nor a density`, `--${name}`);
  return text;
}

const filmOf = (args: Arguments): FilmSettings => ({
  layout: imageDisplayFormat(args.needText('layout')),
  filmSize: args.needText('film-size').toUpperCase(),
  orientation: choice(args, 'orientation', ['PORTRAIT', 'LANDSCAPE']) ?? 'PORTRAIT',
  magnification: choice(args, 'magnification', ['REPLICATE', 'BILINEAR', 'CUBIC', 'NONE']),
  borderDensity: density(args, 'border'),
  emptyImageDensity: density(args, 'empty'),
  minDensity: args.number('min-density', { min: 0, max: 999, integer: true }),
  maxDensity: args.number('max-density', { min: 0, max: 999, integer: true }),
  trim: args.flag('trim') ? true : undefined,
  polarity: choice(args, 'polarity', ['NORMAL', 'REVERSE']),
  configuration: args.text('configuration'),
  trueSize: args.flag('true-size'),
});

const sessionOf = (args: Arguments): SessionSettings => ({
  copies: args.number('copies', { min: 1, max: 99, integer: true }) ?? 1,
  priority: choice(args, 'priority', ['HIGH', 'MED', 'LOW']) ?? 'MED',
  medium: args.needText('medium').toUpperCase(),
  destination: args.needText('destination').toUpperCase(),
  label: args.text('label') ?? '',
  presentation: choice(args, 'presentation', ['identity', 'lin-od']) === 'lin-od' ? 'LIN OD' : 'IDENTITY',
  annotationFormat: args.text('annotation'),
});

function windowOf(args: Arguments): Window | undefined {
  const text = args.text('window');
  if (text === undefined) return undefined;
  const [center, width, ...rest] = text.split(',').map(Number);
  if (!Number.isFinite(center) || !(width >= 1) || rest.length > 0)
    throw usage(`'${text}' is no center,width`, '--window');
  return { center, width };
}

function rangeOf(args: Arguments): SliceChoice {
  const text = args.text('slices');
  const match = /^(\d+)(?:-(\d+))?$/.exec(text ?? '');
  if (text !== undefined && match === null) throw usage(`'${text}' is no range such as 10-40`, '--slices');
  const every = args.number('every', { min: 1, integer: true });
  return match === null ? { every } : { from: Number(match[1]), to: Number(match[2] ?? match[1]), every };
}

const textOf = ({ printer, films, images, annotated, jobs, warnings }: PrintReport): string =>
  [
    `${images} images on ${films} films; printer ${printer.status} ${printer.info}`,
    `identity ${annotated ? "in the film's annotation" : 'under each image'}`,
    ...jobs.map(({ film, status, info }) => `film ${film}: ${status} ${info}`.trimEnd()),
    ...warnings.map(({ step, text }) => `warning: ${step}: ${text}`),
  ].join('\n');
