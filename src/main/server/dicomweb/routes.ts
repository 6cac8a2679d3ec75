import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import { onePatient } from '#main/archive/index/read/locate.ts';
import type { Level, Selection, StoredObject } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type DicomFile, readPart10 } from '#shared/dicom/codec/part10.ts';
import type { AppServices } from '../services.ts';
import { bulkDataOf } from './bulkData.ts';
import { frameList, framesOf } from './frames.ts';
import { jsonRow } from './json.ts';
import { metadataOf } from './metadata.ts';
import { multipartAnswer } from './multipartAnswer.ts';
import { parseQido } from './qido.ts';
import { renderedFrame } from './rendered.ts';
import { storeInstances } from './stow.ts';
import { retrieveResponse } from './wado.ts';

const DICOM_JSON = { 'Content-Type': 'application/dicom+json' };

/** Resources that can be searched, with the level of what they list. */
const SEARCHES: readonly [path: string, level: Level][] = [
  ['/studies', 'study'],
  ['/series', 'series'],
  ['/instances', 'instance'],
  ['/studies/:study/series', 'series'],
  ['/studies/:study/instances', 'instance'],
  ['/studies/:study/series/:series/instances', 'instance'],
];

const RESOURCES = [
  '/studies/:study',
  '/studies/:study/series/:series',
  '/studies/:study/series/:series/instances/:instance',
];

/** QIDO-RS, WADO-RS and STOW-RS (PS3.18 chapter 10). */
export function dicomwebRoutes(services: AppServices): Hono {
  const { archive } = services;
  const routes = new Hono();

  for (const [path, level] of SEARCHES)
    routes.get(path, async (context) => {
      const query = parseQido(level, new URL(context.req.url).searchParams, pathKeys(context));
      const rows = await archive.query(query);
      return context.body(JSON.stringify(rows.map(jsonRow)), 200, DICOM_JSON);
    });

  const locate = async (context: Context): Promise<StoredObject[]> => {
    const selection = selectionOf(context);
    const objects = await archive.locate(selection);
    if (objects.length === 0)
      throw new IsocenterError('NOT_FOUND', 'not in the archive', { object: new URL(context.req.url).pathname });
    onePatient(objects, `${new URL(context.req.url).pathname}?patient=KEY`);
    const conflicts = await archive.conflicts(selection);
    if (conflicts > 0)
      context.header(
        'Warning',
        `299 isocenter "${conflicts} more object(s) with the same UIDs and other bytes: ?variant="`,
      );
    return objects;
  };

  for (const path of RESOURCES) {
    routes.get(`${path}/metadata`, async (context) => {
      const objects = await locate(context);
      const all: unknown[] = [];
      for (const object of objects) all.push(await metadataOf(object, instanceUrl(context, object)));
      return context.body(JSON.stringify(all), 200, DICOM_JSON);
    });
    routes.get(path, async (context) => {
      return passOn(context, retrieveResponse(archive, await locate(context), context.req.header('accept')));
    });
  }

  const [, , INSTANCE] = RESOURCES;
  const fileOf = async (context: Context): Promise<DicomFile> => {
    const [object] = await locate(context);
    return readPart10(await readFile(object.file), object.sopInstanceUid);
  };
  routes.get(`${INSTANCE}/frames/:frames`, async (context) => {
    const wanted = frameList(context.req.param('frames'));
    const parts = await framesOf(await fileOf(context), wanted, context.req.header('accept'));
    return passOn(context, multipartAnswer(parts));
  });
  routes.get(`${INSTANCE}/bulkdata/*`, async (context) => {
    const path = new URL(context.req.url).pathname.split('/bulkdata/')[1];
    return passOn(context, multipartAnswer([bulkDataOf(await fileOf(context), path)]));
  });
  for (const path of [`${INSTANCE}/rendered`, `${INSTANCE}/frames/:frames/rendered`])
    routes.get(path, async (context) => {
      const [frame] = frameList((context.req.param() as { frames?: string }).frames ?? '1');
      const options = { window: context.req.query('window'), accept: context.req.header('accept') };
      return passOn(context, await renderedFrame(await fileOf(context), frame, options));
    });

  routes.post('/studies', (context) => storeInstances(services, context.req.raw));
  routes.post('/studies/:study', (context) => storeInstances(services, context.req.raw, context.req.param('study')));
  routes.all('*', (context) => context.text('No such DICOMweb resource', 404));
  return routes;
}

/** A response with the headers that `locate` set before (warnings). */
const passOn = (context: Context, response: Response): Response =>
  context.newResponse(response.body, 200, Object.fromEntries(response.headers));

const instanceUrl = (
  context: Context,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid }: StoredObject,
): string => {
  const { origin, pathname } = new URL(context.req.url);
  const root = pathname.slice(0, pathname.indexOf('/studies/'));
  return `${origin}${root}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
};

function pathKeys(context: Context): Record<string, string> {
  const { study, series } = context.req.param() as Record<string, string | undefined>;
  return { ...(study ? { StudyInstanceUID: study } : {}), ...(series ? { SeriesInstanceUID: series } : {}) };
}

function selectionOf(context: Context): Selection {
  const { study, series, instance } = context.req.param() as Record<string, string | undefined>;
  const variant = context.req.query('variant') ?? '0';
  if (!/^\d{1,6}$/.test(variant))
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${variant}' is no whole number`, { attribute: 'variant' });
  const patientKey = context.req.query('patient');
  return {
    patientKey,
    studyInstanceUid: study,
    seriesInstanceUid: series,
    sopInstanceUid: instance,
    variant: Number(variant),
  };
}
