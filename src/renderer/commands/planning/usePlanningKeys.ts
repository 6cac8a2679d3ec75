import { useCommand } from '../useShortcuts.ts';
import { computeDose } from './computeDose.ts';
import { openOptimiser } from './openOptimiser.ts';

/** F5 and F10 where plans are made and judged. */
export function usePlanningKeys(): void {
  useCommand(computeDose);
  useCommand(openOptimiser);
}
