import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import type { StructureTemplate } from '#shared/structures/sets/template.ts';

/** This installation's own structure templates; null until they were asked for. */
export const useOwnTemplates = create<{ readonly templates: readonly StructureTemplate[] | null }>(() => ({
  templates: null,
}));

/** Reads them from main. Gives what is wrong with their files. */
export async function loadOwnTemplates(): Promise<readonly string[]> {
  const { templates, problems } = await rpc.templates.list();
  useOwnTemplates.setState({ templates });
  return problems;
}

/** Keeps a template in this installation. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
export async function keepTemplate(template: StructureTemplate): Promise<void> {
  await rpc.templates.save(template);
  await loadOwnTemplates();
}
