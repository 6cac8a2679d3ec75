import { type Context, Hono } from 'hono';
import { onePatient } from '#main/archive/index/read/locate.ts';
import type { Level, Selection, StoredObject } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { AppServices } from '../services.ts';
import { jsonRow } from './json.ts';
import { metadataOf } from './metadata.ts';
import { parseQido } from './qido.ts';
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
      const { query, warnings } = parseQido(level, new URL(context.req.url).searchParams, pathKeys(context));
      const rows = await archive.query(query);
      for (const text of warnings) context.header('Warning', `299 isocenter "${text}"`, { append: true });
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
      for (const object of objects) all.push(await metadataOf(object));
      return context.body(JSON.stringify(all), 200, DICOM_JSON);
    });
    routes.get(path, async (context) => {
      const response = retrieveResponse(await locate(context), context.req.header('accept'));
      return context.newResponse(response.body, 200, Object.fromEntries(response.headers));
    });
  }

  routes.post('/studies', (context) => storeInstances(services, context.req.raw));
  routes.post('/studies/:study', (context) => storeInstances(services, context.req.raw, context.req.param('study')));
  routes.all('*', (context) => context.text('No such DICOMweb resource', 404));
  return routes;
}

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
