import { create } from 'zustand';
import { useDocument } from '#renderer/document/store.ts';

/** By plan of a patient. */
const useSites = create<{ readonly sites: ReadonlyMap<string, string> }>(() => ({ sites: new Map() }));

/** Name of the objective template that was chosen for the active plan, '' before; kept while the workspace is left. Nothing is chosen by guess. */
export function useSite(): readonly [site: string, choose: (name: string) => void] {
  const key = useDocument(({ document }) => `${document?.patientKey} ${document?.planIndex}`);
  const site = useSites(({ sites }) => sites.get(key)) ?? '';
  return [site, (name) => useSites.setState(({ sites }) => ({ sites: new Map(sites).set(key, name) }))];
}
