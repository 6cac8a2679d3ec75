import { dirname, join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { findStructures } from '#shared/segmentation/automatic/find.ts';
import { type FoundStructure, ORGANS, type Organ } from '#shared/segmentation/automatic/found.ts';
import { parseManifest } from '#shared/segmentation/model/manifest.ts';
import { segmentWithModel } from '#shared/segmentation/model/runModel.ts';
import { openModel } from '#shared/segmentation/model/session.ts';
import { boundTo } from '#shared/structures/contours/imageReferences.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { type Io, table } from '../io.ts';
import { objectContext } from '../writing.ts';

/** Series number of structure sets we write, beside the images' own low numbers. */
const SERIES_NUMBER = 301;

export const command: Command = {
  usage: `--ct DIR [--organs ${ORGANS.join(',')}] [--model MANIFEST.json] [--out RS.dcm]`,
  help: [
    'Structures found in a CT by image analysis, each with a confidence from 0 (not found) to 1 and its reasons.',
    '--model runs the ONNX model that a manifest describes, beside what --organs names (without it the model alone).',
    'What is found goes to an RT Structure Set, ROI Generation Algorithm AUTOMATIC: look at it before it is used.',
  ].join('\n'),
  options: { ct: { type: 'string' }, organs: { type: 'string' }, model: { type: 'string' }, out: { type: 'string' } },
  async run(args, io) {
    const [dir, out] = [args.needText('ct'), args.text('out')];
    const [organText, model] = [args.text('organs'), args.text('model')];
    const organs = organText === undefined && model !== undefined ? [] : parseOrgans(organText);
    const ct = await readImageFolder(dir, io, 'CT');
    const found: Found[] = organs.length === 0 ? [] : findStructures(ct, organs, { signal: io.signal });
    if (model !== undefined) found.push(...(await runModel(model, ct, io)));
    const made = found.filter(({ contours }) => contours.length > 0);
    if (out !== undefined) {
      if (made.length === 0)
        throw new IsocenterError('NOT_FOUND', 'nothing was found: no structure set is written', { object: dir });
      await writeOutput(out, written(made, ct));
    }
    const rois = found.map(({ name, contours, confidence, reasons }) => ({
      name,
      volume: contours.length === 0 ? 0 : (measureRoi(contours, ct)?.volume ?? 0),
      ...(confidence === undefined ? {} : { confidence }),
      reasons,
    }));
    io.result(
      { rois },
      table(
        ['structure', 'cm³', 'confidence', 'why'],
        rois.map(({ name, volume, confidence, reasons }) => [
          name,
          volume.toFixed(2),
          confidence?.toFixed(2) ?? '–',
          reasons.join('; '),
        ]),
      ),
    );
  },
};

type Found = Omit<FoundStructure, 'organ' | 'confidence'> & { readonly confidence?: number };

/** What an ONNX model finds; it states no confidence. */
async function runModel(manifestFile: string, ct: ImageVolume, io: Io): Promise<Found[]> {
  const manifest = parseManifest(new TextDecoder().decode(await readInput(manifestFile)), manifestFile);
  const bytes = await readInput(join(dirname(manifestFile), manifest.model));
  const runtime = await import('onnxruntime-web');
  runtime.env.wasm.numThreads = 1;
  const { run, close } = await openModel(runtime, bytes, manifest);
  try {
    const finds = await segmentWithModel(ct, manifest, run, { signal: io.signal });
    return finds.map(({ label: { name, type, color }, contours }) => ({
      name,
      type,
      color,
      contours,
      reasons: [contours.length === 0 ? `${manifest.name} found none` : `found by ${manifest.name}`],
    }));
  } finally {
    await close();
  }
}

function parseOrgans(text: string | undefined): readonly Organ[] {
  if (text === undefined) return ORGANS;
  return text.split(',').map((word) => {
    const organ = ORGANS.find((known) => known === word.trim());
    if (organ === undefined)
      throw new IsocenterError('USAGE', `knows no '${word.trim()}'; it finds ${ORGANS.join(', ')}`, {
        attribute: '--organs',
      });
    return organ;
  });
}

function written(found: readonly Found[], ct: ImageVolume): Uint8Array {
  const context = objectContext(ct, 'Automatic structures', SERIES_NUMBER, { sopInstanceUid: newUid() });
  const rois = found.map(
    ({ name, type, color, contours }, n): Roi => ({
      number: n + 1,
      name,
      type,
      color,
      generationAlgorithm: 'AUTOMATIC',
      frameOfReferenceUid: ct.frameOfReferenceUid,
      contours,
    }),
  );
  const set: StructureSet = {
    sopInstanceUid: context.sopInstanceUid,
    label: 'AUTOMATIC',
    frameOfReferenceUid: ct.frameOfReferenceUid,
    referencedStudyUid: ct.study.studyInstanceUid,
    referencedSeriesUid: ct.seriesInstanceUid,
    referencedImages: ct.slices,
    rois,
    warnings: [],
  };
  return writeStructureSet(boundTo(set, ct), context);
}
