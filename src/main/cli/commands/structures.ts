import { IsocenterError } from '#shared/contract/errors.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { deriveRoi } from '#shared/structures/derivedRoi.ts';
import { boundTo } from '#shared/structures/imageReferences.ts';
import { parseRecipe } from '#shared/structures/recipe.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { table } from '../io.ts';
import { objectContext } from '../writing.ts';

/** Series number of structure sets we write, beside the images' own low numbers. */
const SERIES_NUMBER = 301;

export const command: Command = {
  usage: '--rtstruct F --image DIR --do "NAME = …" [--do …] --out F',
  help: [
    'Structures made from others, into a new RT Structure Set that holds all of the old one too. Lengths in mm, volumes in cm³.',
    '--do "PTV = margin(GTV, 5)"   union, intersect, subtract (A, B, …), xor (A, B), margin (A, mm, left=mm …), ring (A, from, to),',
    '                              crop (A, B, gap: A away from B), inside (A, B, gap: A within B); nested as need be',
  ].join('\n'),
  options: {
    rtstruct: { type: 'string' },
    image: { type: 'string' },
    do: { type: 'string', multiple: true },
    out: { type: 'string' },
  },
  async run(args, io) {
    const [setFile, dir, out] = [args.needText('rtstruct'), args.needText('image'), args.needText('out')];
    const recipes = args.list('do').map(parseRecipe);
    if (recipes.length === 0) throw new IsocenterError('USAGE', 'is required', { attribute: '--do' });
    const read = readStructureSet(await readInput(setFile), setFile);
    const image = await readImageFolder(dir, io);
    // The new set is in the image's frame: structures whose own frame is not stated would silently move into it.
    if (read.frameOfReferenceUid !== '' && read.frameOfReferenceUid !== image.frameOfReferenceUid)
      throw new IsocenterError('FRAME_OF_REFERENCE', 'structure set and image are in different frames of reference', {
        object: setFile,
        attribute: 'FrameOfReferenceUID',
      });
    const made = new Map<string, Roi>();
    const warnings: string[] = [];
    let set: StructureSet = read;
    for (const recipe of recipes) {
      const { roi, ...rest } = deriveRoi(recipe, set, image);
      warnings.push(...rest.warnings);
      const isOld = set.rois.some(({ number }) => number === roi.number);
      set = {
        ...set,
        rois: isOld ? set.rois.map((old) => (old.number === roi.number ? roi : old)) : [...set.rois, roi],
      };
      made.set(roi.name, roi);
    }
    await writeOutput(out, written(set, read, image));
    for (const warning of warnings) io.say(`warning: ${warning}`);
    const rois = [...made.values()].map(({ name, contours }) => ({
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

function written(set: StructureSet, read: StructureSet, image: ImageVolume): Uint8Array {
  const context = objectContext(image, `Structures ${set.label}`, SERIES_NUMBER, { sopInstanceUid: newUid() });
  // Nobody reviewed what was made here.
  const { approval: _approval, ...bound } = { ...boundTo(set, image), sopInstanceUid: context.sopInstanceUid };
  return writeStructureSet(bound, context, { predecessorUid: read.sopInstanceUid });
}
