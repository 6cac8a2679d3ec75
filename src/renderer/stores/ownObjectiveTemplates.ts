import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import type { ObjectiveTemplate } from '#shared/optimization/templates/objectiveTemplate.ts';

/** This installation's own objective templates; null until they were asked for. */
export const useOwnObjectiveTemplates = create<{ readonly templates: readonly ObjectiveTemplate[] | null }>(() => ({
  templates: null,
}));

/** Reads them from main. Gives what is wrong with their files. */
export async function loadOwnObjectiveTemplates(): Promise<readonly string[]> {
  const { templates, problems } = await rpc.objectiveTemplates.list();
  useOwnObjectiveTemplates.setState({ templates });
  return problems;
}

/** Keeps a template in this installation. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
export async function keepObjectiveTemplate(template: ObjectiveTemplate): Promise<void> {
  await rpc.objectiveTemplates.save(template);
  await loadOwnObjectiveTemplates();
}
