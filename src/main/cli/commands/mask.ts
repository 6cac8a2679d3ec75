import { gzipSync } from 'node:zlib';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { voxelVolume } from '#shared/geometry/volume.ts';
import { centreMask } from '#shared/structures/contours/centreMask.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import { writeNifti, writeNrrd } from '../maskFormats.ts';

export const command: Command = {
  usage: '--rtstruct F --roi NAME --image DIR [--rule centre|half] [--out F.nrrd|F.nii.gz]',
  help: 'An ROI on the lattice of an image. A voxel belongs to the mask when its centre is inside (as other programs have it), or with --rule half\nwhen at least half of it is; volume counts the parts.',
  options: {
    rtstruct: { type: 'string' },
    roi: { type: 'string' },
    image: { type: 'string' },
    rule: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const [setFile, name, dir, out] = [
      args.needText('rtstruct'),
      args.needText('roi'),
      args.needText('image'),
      args.text('out'),
    ];
    const format = out === undefined || out.endsWith('.nrrd') ? 'nrrd' : out.endsWith('.nii.gz') ? 'nifti' : undefined;
    if (format === undefined)
      throw new IsocenterError('USAGE', 'must end in .nrrd or .nii.gz', { object: out, attribute: '--out' });
    const rule = args.text('rule') ?? 'centre';
    if (rule !== 'centre' && rule !== 'half')
      throw new IsocenterError('USAGE', `'${rule}' is neither centre nor half`, { attribute: '--rule' });
    const set = readStructures(await readInput(setFile), setFile);
    const roi = set.rois.find((candidate) => candidate.name === name);
    if (roi === undefined)
      throw new IsocenterError('NOT_FOUND', `has no ROI named '${name}'`, { object: setFile, attribute: '--roi' });
    const image = await readImageFolder(dir, io);
    if (roi.frameOfReferenceUid !== '' && roi.frameOfReferenceUid !== image.frameOfReferenceUid)
      throw new IsocenterError('FRAME_OF_REFERENCE', 'structure and image are in different frames of reference', {
        object: name,
        attribute: 'FrameOfReferenceUID',
      });
    const shares = rasterizeRoi(roi.contours, image);
    const mask =
      rule === 'half' ? Uint8Array.from(shares, (share) => (share >= 0.5 ? 1 : 0)) : centreMask(roi.contours, image);
    const voxels = mask.reduce((sum, value) => sum + value, 0);
    const volume = (shares.reduce((sum, share) => sum + share, 0) * voxelVolume(image)) / 1000;
    if (out !== undefined)
      await writeOutput(out, format === 'nrrd' ? writeNrrd(mask, image, gzipSync) : writeNifti(mask, image, gzipSync));
    io.result({ voxels, volume }, `${name}: ${voxels} voxels, ${volume.toFixed(3)} cm³`);
  },
};
