import { IsocenterError } from '#shared/contract/errors.ts';
import { parseManifest } from '#shared/segmentation/model/manifest.ts';
import { runModel } from '#renderer/compute/segmentation/frontend.ts';
import { showFinds } from '#renderer/tools/segment/automaticStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';

/** Runs an ONNX model that the user chose (its manifest and its file) on the planning image; what it finds waits in the panel. */
export const segmentModel: Command<[files: readonly File[]]> = {
  name: 'segmentModel',
  label: 'Run a model',
  undo: 'Nothing to undo: finds are made into structures by another step.',
  perform: async (files) => {
    const manifestFile = files.find(({ name }) => /\.json$/i.test(name));
    if (manifestFile === undefined)
      throw new IsocenterError('USAGE', 'choose the manifest (.json) and the model (.onnx) together');
    const manifest = parseManifest(await manifestFile.text(), manifestFile.name);
    const modelFile = files.find(({ name }) => name === manifest.model);
    if (modelFile === undefined)
      throw new IsocenterError('NOT_FOUND', `choose ${manifest.model} together with it`, { object: manifestFile.name });
    const bytes = new Uint8Array(await modelFile.arrayBuffer());
    const found = await longWork(`Running ${manifest.name}`, ({ primary }, control) =>
      runModel(primary, manifest, bytes, control),
    );
    if (found === undefined) return;
    showFinds(
      found.map(({ label: { name, type, color }, contours }) => ({
        name,
        type,
        color,
        contours,
        reasons: [contours.length === 0 ? `${manifest.name} found none` : `found by ${manifest.name}`],
      })),
    );
  },
};
