import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { makePhantom, PHANTOM_KINDS, type PhantomKind } from '#shared/phantom/phantom.ts';
import type { Command } from '../command.ts';
import { writeOutput } from '../files.ts';
import { phantomSeries } from '../phantomFiles.ts';

export const command: Command = {
  usage: `${PHANTOM_KINDS.join('|')} --out DIR [--seed N]`,
  help: 'Writes a digital patient: CT, MR in a frame of its own, true RT Structure Set, true registration, and truth.json.',
  options: { out: { type: 'string' }, seed: { type: 'string', default: '1' } },
  async run(args, io) {
    const kind = args.positional(0, PHANTOM_KINDS.join(', '));
    if (!isKind(kind)) throw new IsocenterError('USAGE', `'${kind}' is none of ${PHANTOM_KINDS.join(', ')}`);
    const out = args.needText('out');
    const phantom = makePhantom(kind, args.number('seed', { integer: true }));
    const series: {
      modality: string;
      seriesInstanceUid: string;
      seriesDescription: string;
      path: string;
      instances: number;
    }[] = [];
    for (const { files, ...identity } of phantomSeries(phantom)) {
      const path = join(out, identity.modality);
      for (const { name, bytes } of files) await writeOutput(join(path, name), bytes);
      series.push({ ...identity, path, instances: files.length });
      io.say(`${identity.modality}: ${files.length} files in ${path}`);
    }
    const truth = join(out, 'truth.json');
    await writeOutput(truth, `${JSON.stringify(phantom.truth, null, 2)}\n`);
    io.result({ series, truth }, `truth: ${truth}`);
  },
};

const isKind = (text: string): text is PhantomKind => PHANTOM_KINDS.some((kind) => kind === text);
