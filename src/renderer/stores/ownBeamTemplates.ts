import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import type { BeamTemplate } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';

/** This installation's own beam templates; null until they were asked for. */
export const useOwnBeamTemplates = create<{ readonly templates: readonly BeamTemplate[] | null }>(() => ({
  templates: null,
}));

/** Reads them from main. Gives what is wrong with their files. */
export async function loadOwnBeamTemplates(): Promise<readonly string[]> {
  const { templates, problems } = await rpc.beamTemplates.list();
  useOwnBeamTemplates.setState({ templates });
  return problems;
}

/** Keeps a template in this installation. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
export async function keepBeamTemplate(template: BeamTemplate): Promise<void> {
  await rpc.beamTemplates.save(template);
  await loadOwnBeamTemplates();
}
