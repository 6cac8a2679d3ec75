import { setTimeout as sleep } from 'node:timers/promises';
import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { fitText } from '#shared/dicom/codec/text.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import type { Association } from '#main/network/association.ts';
import type { AcceptedContext } from '#main/network/service.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { annotationAttributes, filmBoxAttributes, imageBoxAttributes, sessionAttributes } from './attributes.ts';
import { Conversation, type PrintWarning } from './conversation.ts';
import { type PrintEvent, printEvents } from './events.ts';
import { checkJob, type FilmImage, filmsOf, type PrintJob } from './film/printJob.ts';
import { undrawable, withCaption } from './image/caption.ts';
import {
  ANNOTATION_BOX,
  FILM_BOX,
  FILM_SESSION,
  GRAYSCALE_IMAGE_BOX,
  GRAYSCALE_PRINT_META,
  PRESENTATION_LUT,
  PRINT_JOB,
  PRINTER,
  PRINTER_INSTANCE,
} from './sopClasses.ts';
import { infoText, touchesScale } from './statusText.ts';

export interface PrinterState {
  /** NORMAL, WARNING or FAILURE. */
  readonly status: string;
  /** In words. */
  readonly info: string;
}

interface JobState {
  readonly film: number;
  /** PENDING, PRINTING, DONE or FAILURE; UNKNOWN when the printer does not tell. */
  readonly status: string;
  readonly info: string;
}

export interface PrintReport {
  readonly printer: PrinterState;
  readonly films: number;
  readonly images: number;
  /** Whether identity stands in the printer's annotation boxes; under each image otherwise. */
  readonly annotated: boolean;
  readonly jobs: readonly JobState[];
  readonly warnings: readonly PrintWarning[];
}

export interface PrintOptions {
  readonly signal?: AbortSignal;
  /** A sentence for each step, with how many of the images the printer has. */
  readonly onProgress?: (text: string, done: number, total: number) => void;
  readonly onEvent?: (event: PrintEvent) => void;
  /** How long print jobs are watched, ms; 0 does not ask. */
  readonly watchMs?: number;
  readonly pollMs?: number;
}

const SYNTAXES = [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN];
const TAG = { printerStatus: 0x21100010, printerStatusInfo: 0x21100020, jobStatus: 0x21000020, jobInfo: 0x21000030 };

/** What a printer says of itself (N-GET, PS3.4 H.4.6). @throws NETWORK…, DIMSE_STATUS */
export async function printerState(peer: Peer, caller: Caller, signal?: AbortSignal): Promise<PrinterState> {
  const association = await connectTo(peer, caller, { contexts: [proposal(GRAYSCALE_PRINT_META)], signal });
  try {
    return await askPrinter(new Conversation(association, peer.aeTitle), metaContext(association, peer));
  } finally {
    await close(association);
  }
}

/**
 * Prints films over the Basic Grayscale Print Management Meta SOP Class (PS3.4 annex H), one film box after the other.
 * @throws what checkJob throws; NETWORK, ASSOCIATION_…; DIMSE_STATUS when the printer refuses a step or is out of order; GEOMETRY when it
 * would not keep true size: that film is then not printed, earlier ones may have been, as the message says
 */
export async function printFilms(
  peer: Peer,
  caller: Caller,
  job: PrintJob,
  options: PrintOptions = {},
): Promise<PrintReport> {
  checkJob(job);
  const wanted = [GRAYSCALE_PRINT_META, PRESENTATION_LUT, PRINT_JOB];
  if (job.session.annotationFormat !== undefined) wanted.push(ANNOTATION_BOX);
  const association = await connectTo(peer, caller, {
    contexts: wanted.map(proposal),
    handlers: [printEvents((event) => options.onEvent?.(event))],
    signal: options.signal,
  });
  try {
    return await new Session(association, peer, job, options).run();
  } finally {
    await close(association);
  }
}

const proposal = (abstractSyntax: string) => ({ abstractSyntax, transferSyntaxes: SYNTAXES });

function metaContext(association: Association, peer: Peer): AcceptedContext {
  const meta = association.contextFor(GRAYSCALE_PRINT_META);
  if (meta === undefined)
    throw new IsocenterError('NETWORK', 'the node offers no grayscale printing', { object: peer.aeTitle });
  return meta;
}

async function askPrinter(talk: Conversation, meta: AcceptedContext): Promise<PrinterState> {
  const tags = [TAG.printerStatus, TAG.printerStatusInfo];
  const { attributes } = await talk.get(meta, PRINTER, PRINTER_INSTANCE, tags, 'printer status');
  return {
    status: attributes?.string('PrinterStatus') ?? 'UNKNOWN',
    info: infoText(attributes?.string('PrinterStatusInfo') ?? ''),
  };
}

async function close(association: Association): Promise<void> {
  if (!association.isOpen) return;
  // What was said is said: a printer that breaks off instead of releasing has done its work.
  await association.release().catch(() => undefined);
}

class Session {
  readonly #talk: Conversation;
  readonly #association: Association;
  readonly #meta: AcceptedContext;
  readonly #peer: Peer;
  readonly #job: PrintJob;
  readonly #options: PrintOptions;
  #sent = 0;
  #printed = 0;
  #annotated = true;

  constructor(association: Association, peer: Peer, job: PrintJob, options: PrintOptions) {
    this.#association = association;
    this.#talk = new Conversation(association, peer.aeTitle);
    this.#meta = metaContext(association, peer);
    this.#peer = peer;
    this.#job = job;
    this.#options = options;
  }

  async run(): Promise<PrintReport> {
    const { session, images } = this.#job;
    this.#say('asking the printer');
    const printer = await askPrinter(this.#talk, this.#meta);
    if (printer.status === 'FAILURE')
      throw new IsocenterError('DIMSE_STATUS', `the printer is out of order: ${printer.info}`, {
        object: this.#peer.aeTitle,
      });
    const lut = await this.#presentationLut();
    const { instanceUid } = await this.#talk.create(
      this.#meta,
      FILM_SESSION,
      sessionAttributes(session),
      'film session',
    );
    const jobUids: (string | undefined)[] = [];
    try {
      for (const film of filmsOf(this.#job)) jobUids.push(await this.#film(film, instanceUid, lut));
      const jobs = await this.#watch(jobUids);
      return {
        printer,
        films: jobUids.length,
        images: images.length,
        annotated: this.#annotated,
        jobs,
        warnings: this.#talk.warnings,
      };
    } finally {
      // What failed before matters more than what cannot be tidied up.
      await this.#tidy(instanceUid, lut).catch(() => undefined);
    }
  }

  async #tidy(sessionUid: string, lut: string | undefined): Promise<void> {
    if (!this.#association.isOpen) return;
    await this.#talk.delete(this.#meta, FILM_SESSION, sessionUid, 'deleting the film session');
    const context = this.#association.contextFor(PRESENTATION_LUT);
    if (lut !== undefined && context !== undefined)
      await this.#talk.delete(context, PRESENTATION_LUT, lut, 'deleting the presentation LUT');
  }

  #say(text: string): void {
    throwIfCancelled(this.#options.signal);
    this.#options.onProgress?.(text, this.#sent, this.#job.images.length);
  }

  /** Makes the LUT that films refer to, where the printer offers the class. */
  async #presentationLut(): Promise<string | undefined> {
    const context = this.#association.contextFor(PRESENTATION_LUT);
    if (context === undefined) {
      if (this.#job.session.presentation !== 'IDENTITY')
        this.#warn('presentation LUT', 'the printer offers none: grey values come out as it likes');
      return undefined;
    }
    const shape = { SpecificCharacterSet: undefined, PresentationLUTShape: this.#job.session.presentation };
    const { instanceUid } = await this.#talk.create(context, PRESENTATION_LUT, shape, 'presentation LUT');
    return instanceUid;
  }

  #warn(step: string, text: string): void {
    if (!this.#talk.warnings.some((known) => known.step === step && known.text === text))
      this.#talk.warnings.push({ step, status: 0, text });
  }

  /** One film: box, images, annotation, print. Returns the UID of its print job, if the printer makes one. */
  async #film(
    images: readonly FilmImage[],
    sessionUid: string,
    lutUid: string | undefined,
  ): Promise<string | undefined> {
    const { film, session } = this.#job;
    const name = `film ${this.#printed + 1}`;
    this.#say(`${name}: laying out`);
    const annotations = this.#association.contextFor(ANNOTATION_BOX);
    const attributes = filmBoxAttributes(film, sessionUid, {
      lutUid,
      annotationFormat: annotations === undefined ? undefined : session.annotationFormat,
    });
    const box = await this.#talk.create(this.#meta, FILM_BOX, attributes, name);
    const boxesOf = (sequence: string): string[] =>
      (box.attributes?.sequence(sequence) ?? []).map((item) => item.needString('ReferencedSOPInstanceUID'));
    const imageBoxUids = boxesOf('ReferencedImageBoxSequence');
    if (imageBoxUids.length < images.length)
      throw new IsocenterError(
        'DIMSE_STATUS',
        `${name}: the printer made ${imageBoxUids.length} places for ${images.length} images`,
        {
          object: this.#peer.aeTitle,
          attribute: 'ReferencedImageBoxSequence',
        },
      );
    const isAnnotated = await this.#annotate(boxesOf('ReferencedBasicAnnotationBoxSequence'), name);
    for (const [n, item] of images.entries()) await this.#image(imageBoxUids[n], n + 1, item, isAnnotated, name);
    this.#say(`${name}: printing`);
    const before = this.#talk.warnings.length;
    const { attributes: made } = await this.#talk.print(this.#meta, FILM_BOX, box.instanceUid, `${name}: print`);
    this.#printed++;
    this.#checkScale(before, name, true);
    await this.#talk.delete(this.#meta, FILM_BOX, box.instanceUid, `${name}: deleting it`);
    return made?.sequence('ReferencedPrintJobSequence')[0]?.string('ReferencedSOPInstanceUID');
  }

  async #image(uid: string, position: number, item: FilmImage, isAnnotated: boolean, name: string): Promise<void> {
    const { film, identity } = this.#job;
    const lines = isAnnotated ? [item.description] : [item.description, ...identity];
    const lost = undrawable(lines.join(''));
    if (lost.length > 0) this.#warn('text', `${lost.join(' ')} cannot be drawn and come out as blocks`);
    const image = withCaption(item.image, lines);
    const step = `${name}, image ${position}`;
    const before = this.#talk.warnings.length;
    const attributes = imageBoxAttributes(position, image, film, item.description);
    await this.#talk.set(this.#meta, GRAYSCALE_IMAGE_BOX, uid, attributes, step);
    this.#checkScale(before, step, false);
    this.#sent++;
    this.#say(step);
  }

  /** Puts identity into the film's annotation boxes; false when there are none and it has to go into the images. */
  async #annotate(uids: readonly string[], name: string): Promise<boolean> {
    const context = this.#association.contextFor(ANNOTATION_BOX);
    if (context === undefined || uids.length === 0) {
      if (this.#job.session.annotationFormat !== undefined)
        this.#warn('annotation', 'the printer has no annotation boxes: identity stands under each image');
      this.#annotated = false;
      return false;
    }
    const lines = [...this.#job.identity];
    // Text String is LO, 64 characters: what has no box of its own joins the last one, and must not be cut.
    const joined =
      lines.length > uids.length
        ? [...lines.slice(0, uids.length - 1), lines.slice(uids.length - 1).join(', ')]
        : lines;
    if (joined.some((line) => fitText(line, 64) !== line)) {
      this.#warn('annotation', 'identity does not fit the annotation boxes: it stands under each image');
      this.#annotated = false;
      return false;
    }
    for (const [n, line] of joined.entries())
      await this.#talk.set(
        context,
        ANNOTATION_BOX,
        uids[n],
        annotationAttributes(n + 1, line),
        `${name}, annotation ${n + 1}`,
      );
    return true;
  }

  /** A printer that changed the size of an image asked for in true size must not go on, or has to be contradicted. */
  #checkScale(before: number, step: string, isPrinted: boolean): void {
    if (this.#job.film.trueSize !== true) return;
    const fault = this.#talk.warnings.slice(before).find(({ status }) => touchesScale(status));
    if (fault === undefined) return;
    const outcome = isPrinted
      ? 'it has been printed: destroy it'
      : this.#printed === 0
        ? 'nothing was printed'
        : `${this.#printed} films before it were printed`;
    throw new IsocenterError('GEOMETRY', `${step} is not in true size, ${outcome}: ${fault.text}`, {
      object: this.#peer.aeTitle,
      attribute: 'RequestedImageSize',
    });
  }

  /** Asks for the print jobs until all have ended or the time is up. */
  async #watch(uids: readonly (string | undefined)[]): Promise<JobState[]> {
    const context = this.#association.contextFor(PRINT_JOB);
    const states: JobState[] = uids.map((_, n) => ({ film: n + 1, status: 'UNKNOWN', info: '' }));
    const until = performance.now() + (this.#options.watchMs ?? 30_000);
    if (context === undefined) return states;
    for (;;) {
      for (const [n, uid] of uids.entries()) {
        if (uid === undefined || uid === '' || isOver(states[n])) continue;
        const tags = [TAG.jobStatus, TAG.jobInfo];
        const { attributes } = await this.#talk.get(context, PRINT_JOB, uid, tags, `film ${n + 1}: status`);
        states[n] = {
          film: n + 1,
          status: attributes?.string('ExecutionStatus') ?? 'UNKNOWN',
          info: infoText(attributes?.string('ExecutionStatusInfo') ?? ''),
        };
        this.#say(`film ${n + 1}: ${states[n].status.toLowerCase()} ${states[n].info}`.trim());
      }
      const pending = states.some((state, n) => uids[n] !== undefined && !isOver(state));
      if (!pending || performance.now() >= until) return states;
      await sleep(this.#options.pollMs ?? 1000, undefined, { signal: this.#options.signal });
    }
  }
}

const isOver = ({ status }: JobState): boolean => status === 'DONE' || status === 'FAILURE';
