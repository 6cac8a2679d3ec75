import { join } from 'node:path';
import { openArchive } from '#main/archive/archive.ts';
import type { Command } from '../command.ts';
import { type DemoCase, runDemo } from '../demo.ts';
import { writeOutput } from '../files.ts';
import { fusedSlice } from '../picture/fusedSlice.ts';
import { type DvhRow, dvhRow, dvhTable } from './dvh.ts';

const PLANES = ['axial', 'sagittal', 'coronal'] as const;

export const command: Command = {
  usage: '--out DIR [--threads N]',
  help: [
    'The whole main job on the thorax phantom: phantom, archive, volumes, registration, body, margin, plan, dose, DVH.',
    'DIR gets archive/, the RT objects, dvh.csv, truth.json and pictures of fused slices with isodoses.',
  ].join('\n'),
  options: { out: { type: 'string' }, threads: { type: 'string' } },
  async run(args, io) {
    const out = args.needText('out');
    const threads = args.number('threads', { min: 1, max: 256, integer: true });
    const archive = await openArchive(join(out, 'archive'));
    try {
      const demo = await runDemo(archive, { say: io.say, onProgress: io.progress, signal: io.signal, threads });
      const { timer } = demo;
      const dvh = await timer.step('DVH', () => demo.structures.rois.map((roi) => dvhRow(roi, demo.result.planDose)));
      const pictures = await timer.step('pictures', () => writePictures(demo, out));
      const objects = await timer.step('files', () => writeFiles(demo, dvh, out));
      const text = [
        dvhTable(dvh),
        '',
        ...demo.result.warnings.map((warning) => `warning: ${warning}`),
        `${out}: ${[...objects.map(({ file }) => file), ...pictures].join(', ')}`,
      ];
      io.result({ steps: timer.steps, objects, pictures, dvh, warnings: demo.result.warnings }, text.join('\n'));
    } finally {
      await archive.close();
    }
  },
};

async function writePictures({ ct, mr, structures, result }: DemoCase, out: string): Promise<string[]> {
  const { planDose, plan } = result;
  const scene = { ct, overlay: mr, rois: structures.rois, dose: planDose, reference: plan.prescription?.dose ?? 0 };
  const { isocenter } = plan.beams[0].controlPoints[0];
  const files: string[] = [];
  for (const plane of PLANES) {
    const file = join(out, `${plane}.png`);
    await writeOutput(file, fusedSlice(scene, plane, isocenter));
    files.push(file);
  }
  return files;
}

async function writeFiles(
  { objects, phantom }: DemoCase,
  dvh: readonly DvhRow[],
  out: string,
): Promise<{ name: string; file: string; bytes: number }[]> {
  const written: { name: string; file: string; bytes: number }[] = [];
  for (const { name, bytes } of objects) {
    const file = join(out, name);
    await writeOutput(file, bytes);
    written.push({ name, file, bytes: bytes.length });
  }
  const header = 'ROI,volume_cm3,min_Gy,D98_Gy,D95_Gy,D50_Gy,mean_Gy,D5_Gy,D2_Gy,max_Gy';
  const rows = dvh.map((row) =>
    [
      row.name,
      ...[row.volume, row.min, row.D98, row.D95, row.D50, row.mean, row.D5, row.D2, row.max].map((value) =>
        value.toFixed(3),
      ),
    ].join(','),
  );
  await writeOutput(join(out, 'dvh.csv'), `${[header, ...rows].join('\n')}\n`);
  await writeOutput(join(out, 'truth.json'), `${JSON.stringify(phantom.truth, null, 2)}\n`);
  return written;
}
