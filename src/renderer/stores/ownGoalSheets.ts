import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import type { GoalSheet } from '#shared/model/goals.ts';

/** This installation's own goal sheets; null until they were asked for. */
export const useOwnGoalSheets = create<{ readonly sheets: readonly GoalSheet[] | null }>(() => ({ sheets: null }));

/** Reads them from main. Gives what is wrong with their files. */
export async function loadOwnGoalSheets(): Promise<readonly string[]> {
  const { sheets, problems } = await rpc.goals.list();
  useOwnGoalSheets.setState({ sheets });
  return problems;
}

/** Keeps a sheet in this installation. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
export async function keepGoalSheet(sheet: GoalSheet): Promise<void> {
  await rpc.goals.save(sheet);
  await loadOwnGoalSheets();
}
