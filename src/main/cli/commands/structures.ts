import { IsocenterError } from '#shared/contract/errors.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { writeSegmentation } from '#shared/dicom/segmentation/segmentationWriter.ts';
import { newUid, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { deriveRoi } from '#shared/structures/derivation/derivedRoi.ts';
import { boundTo } from '#shared/structures/contours/imageReferences.ts';
import { parseRecipe } from '#shared/structures/derivation/recipe.ts';
import { masksOf } from '#shared/structures/sets/segments.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { table } from '../io.ts';
import { objectContext } from '../writing.ts';

/** Series number of structure sets we write, beside the images' own low numbers. */
const SERIES_NUMBER = 301;
/** And of segmentations. */
const SEGMENTATION_SERIES = 311;

export const command: Command = {
  usage: '--rtstruct F --image DIR [--do "NAME = …" …] [--as rtstruct|seg] --out F',
  help: [
    'Structures of an RT Structure Set or Segmentation, and others made from them, into a new object that holds all of them. Lengths in mm,',
    'volumes in cm³.',
    '--do "PTV = margin(GTV, 5)"   union, intersect, subtract (A, B, …), xor (A, B), margin (A, mm, left=mm …), ring (A, from, to),',
    '                              crop (A, B, gap: A away from B), inside (A, B, gap: A within B); nested as need be',
    '--as rtstruct|seg             what is written: an RT Structure Set, or a Segmentation on the voxels of the image',
  ].join('\n'),
  options: {
    rtstruct: { type: 'string' },
    image: { type: 'string' },
    do: { type: 'string', multiple: true },
    as: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const [setFile, dir, out] = [args.needText('rtstruct'), args.needText('image'), args.needText('out')];
    const recipes = args.list('do').map(parseRecipe);
    const as = args.text('as');
    if (as !== undefined && as !== 'rtstruct' && as !== 'seg')
      throw new IsocenterError('USAGE', `'${as}' is neither rtstruct nor seg`, { attribute: '--as' });
    // Without either it would only copy.
    if (recipes.length === 0 && as === undefined) throw new IsocenterError('USAGE', '--do or --as is required');
    const bytes = await readInput(setFile);
    const read = readStructures(bytes, setFile);
    const image = await readImageFolder(dir, io);
    // The new set is in the image's frame: structures whose own frame is not stated would silently move into it.
    if (read.frameOfReferenceUid !== '' && read.frameOfReferenceUid !== image.frameOfReferenceUid)
      throw new IsocenterError('FRAME_OF_REFERENCE', 'structure set and image are in different frames of reference', {
        object: setFile,
        attribute: 'FrameOfReferenceUID',
      });
    const made = new Map<string, Roi>();
    const warnings = [...read.warnings];
    // An approval is of what its reviewer saw: what is written here nobody has seen.
    const { approval, ...draft } = read;
    if (approval !== undefined)
      warnings.push(`${read.label}: ${approval.status.toLowerCase()} by ${approval.reviewer}; what is written is not`);
    let set: StructureSet = draft;
    for (const recipe of recipes) {
      const { roi, ...rest } = deriveRoi(recipe, set, image);
      warnings.push(...rest.warnings);
      const old = set.rois.find(({ number }) => number === roi.number);
      if (old?.locked === true) throw new IsocenterError('CONFLICT', 'is locked', { object: old.name });
      set = {
        ...set,
        rois: old === undefined ? [...set.rois, roi] : set.rois.map((other) => (other === old ? roi : other)),
      };
      made.set(roi.name, roi);
    }
    if (as === 'seg') await writeOutput(out, segmentation(set, image, warnings));
    else await writeOutput(out, written(set, read, image, isStructureSet(bytes)));
    for (const warning of warnings) io.say(`warning: ${warning}`);
    // Those made here; where nothing is, what was converted.
    const listed = recipes.length > 0 ? [...made.values()] : set.rois;
    const rois = listed.map(({ name, contours }) => ({
      name,
      volume: measureRoi(contours, image)?.volume ?? 0,
    }));
    io.result(
      { rois, warnings },
      table(
        ['structure', 'cm³'],
        rois.map(({ name, volume }) => [name, volume.toFixed(2)]),
      ),
    );
  },
};

const isStructureSet = (bytes: Uint8Array): boolean =>
  readPart10(bytes).dataset.string('SOPClassUID') === RT_STRUCTURE_SET;

function written(set: StructureSet, read: StructureSet, image: ImageVolume, isEdited: boolean): Uint8Array {
  const context = objectContext(image, `Structures ${set.label}`, SERIES_NUMBER, { sopInstanceUid: newUid() });
  const bound = { ...boundTo(set, image), sopInstanceUid: context.sopInstanceUid };
  return writeStructureSet(bound, context, isEdited ? { predecessorUid: read.sopInstanceUid } : {});
}

function segmentation(set: StructureSet, image: ImageVolume, warnings: string[]): Uint8Array {
  const context = objectContext(image, `Segmentation ${set.label}`, SEGMENTATION_SERIES, { sopInstanceUid: newUid() });
  const { masks, ...rest } = masksOf(set.rois, image);
  warnings.push(...rest.warnings);
  return writeSegmentation(set, masks, image, context);
}
