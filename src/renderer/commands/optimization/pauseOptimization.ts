import type { Command } from '../command.ts';
import { pauseRun } from './liveRun.ts';

export const pauseOptimization: Command = {
  name: 'pauseOptimization',
  label: 'Pause optimisation',
  undo: 'Resume goes on from the same iteration.',
  perform: pauseRun,
};
