import type { Command } from '../command.ts';
import { resumeRun } from './liveRun.ts';

export const resumeOptimization: Command = {
  name: 'resumeOptimization',
  label: 'Resume optimisation',
  undo: 'Pause stops it again.',
  perform: resumeRun,
};
