import { IsocenterError } from '#shared/contract/errors.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import { basename } from 'node:path';
import type { Command } from '../command.ts';
import { readInput } from '../files.ts';

export const command: Command = {
  usage: '--reference F --evaluated F [--dd 2] [--dta 2] [--threshold 10] [--local] [--cut 2] [--in-plane]',
  help: [
    'Gamma of one RT Dose against another: percent of the points that pass, mean and largest gamma, number of points.',
    '--dd PERCENT         dose criterion, of the maximum of the reference (2); with --local of each point',
    '--dta MM             distance criterion (2)',
    '--threshold PERCENT  points of the reference below this part of its maximum are left out (10)',
    '--cut GAMMA          larger values count as this (2)',
    '--in-plane           search in the slices of the reference only',
  ].join('\n'),
  options: {
    reference: { type: 'string' },
    evaluated: { type: 'string' },
    dd: { type: 'string' },
    dta: { type: 'string' },
    threshold: { type: 'string' },
    cut: { type: 'string' },
    local: { type: 'boolean' },
    'in-plane': { type: 'boolean' },
  },
  async run(args, io) {
    const [referenceFile, evaluatedFile] = [args.needText('reference'), args.needText('evaluated')];
    const criteria = {
      dd: args.number('dd', { min: 0.01, max: 100 }) ?? 2,
      dta: args.number('dta', { min: 0.01, max: 100 }) ?? 2,
      threshold: args.number('threshold', { min: 0, max: 100 }) ?? 10,
      cut: args.number('cut', { min: 1.01, max: 10 }) ?? 2,
      local: args.flag('local'),
      inPlane: args.flag('in-plane'),
    };
    const reference = readDose(await readInput(referenceFile), referenceFile);
    const evaluated = readDose(await readInput(evaluatedFile), evaluatedFile);
    if (reference.frameOfReferenceUid !== evaluated.frameOfReferenceUid)
      throw new IsocenterError('FRAME_OF_REFERENCE', `is in another frame of reference than ${referenceFile}`, {
        object: evaluatedFile,
        attribute: 'FrameOfReferenceUID',
      });
    const { passRate, mean, max, n, outside, warnings } = computeGamma(reference, evaluated, criteria);
    const differing = (['summation', 'doseType'] as const)
      .filter((key) => reference[key] !== evaluated[key])
      .map((key) => `the doses stand for different things: ${reference[key]} and ${evaluated[key]}`);
    const standing = [
      { file: referenceFile, dose: reference },
      { file: evaluatedFile, dose: evaluated },
    ].flatMap(({ file, dose }) =>
      doseRemarks(dose).map(({ title, reason }) => `${basename(file)}: ${title.toLowerCase()}: ${reason}`),
    );
    const remarks = [...standing, ...differing, ...reference.warnings, ...evaluated.warnings, ...warnings];
    const { dd, dta, threshold, local, cut } = criteria;
    const words = `${dd} % ${local ? 'local' : 'of the maximum'}, ${dta} mm, from ${threshold} %, cut at ${cut}`;
    io.result({ passRate, mean, max, n, outside, warnings: remarks }, [
      `${passRate.toFixed(2)} % of ${n} points pass (${words}); gamma mean ${mean.toFixed(3)}, largest ${max.toFixed(3)}`,
      ...remarks.map((remark) => `warning: ${remark}`),
    ].join('\n')); // biome-ignore format: a table
  },
};
