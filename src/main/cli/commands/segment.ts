import { IsocenterError } from '#shared/contract/errors.ts';
import { writeStructureSet } from '#shared/dicom/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { findStructures } from '#shared/segmentation/automatic/find.ts';
import { type FoundStructure, ORGANS, type Organ } from '#shared/segmentation/automatic/found.ts';
import { boundTo } from '#shared/structures/imageReferences.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { table } from '../io.ts';
import { objectContext } from '../writing.ts';

/** Series number of structure sets we write, beside the images' own low numbers. */
const SERIES_NUMBER = 301;

export const command: Command = {
  usage: `--ct DIR [--organs ${ORGANS.join(',')}] [--out RS.dcm]`,
  help: [
    'Structures found in a CT by image analysis, each with a confidence from 0 (not found) to 1 and its reasons.',
    'What is found goes to an RT Structure Set, ROI Generation Algorithm AUTOMATIC: look at it before it is used.',
  ].join('\n'),
  options: { ct: { type: 'string' }, organs: { type: 'string' }, out: { type: 'string' } },
  async run(args, io) {
    const [dir, out] = [args.needText('ct'), args.text('out')];
    const organs = parseOrgans(args.text('organs'));
    const ct = await readImageFolder(dir, io, 'CT');
    const found = findStructures(ct, organs, { signal: io.signal });
    const made = found.filter(({ contours }) => contours.length > 0);
    if (out !== undefined) {
      if (made.length === 0)
        throw new IsocenterError('NOT_FOUND', 'nothing was found: no structure set is written', { object: dir });
      await writeOutput(out, written(made, ct));
    }
    const rois = found.map(({ name, contours, confidence, reasons }) => ({
      name,
      volume: contours.length === 0 ? 0 : (measureRoi(contours, ct)?.volume ?? 0),
      confidence,
      reasons,
    }));
    io.result(
      { rois },
      table(
        ['structure', 'cm³', 'confidence', 'why'],
        rois.map(({ name, volume, confidence, reasons }) => [
          name,
          volume.toFixed(2),
          confidence.toFixed(2),
          reasons.join('; '),
        ]),
      ),
    );
  },
};

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

function written(found: readonly FoundStructure[], ct: ImageVolume): Uint8Array {
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
