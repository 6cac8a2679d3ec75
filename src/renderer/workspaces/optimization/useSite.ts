import { z } from 'zod';
import { create } from 'zustand';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';

const KEY = 'isocenter.objectiveSites';
/** Choices beyond so many give way, the oldest first. */
const MOST = 300;

const schema = z.array(z.tuple([z.string(), z.string()]));

/** Storage may be forbidden to a page, and holds what another version put there. */
function remembered(): readonly (readonly [key: string, site: string])[] {
  try {
    return schema.safeParse(JSON.parse(globalThis.localStorage?.getItem(KEY) ?? '[]')).data ?? [];
  } catch {
    return [];
  }
}

const useSites = create<{ readonly sites: ReadonlyMap<string, string> }>(() => ({ sites: new Map(remembered()) }));

/** By the plan's name on its images: saving gives a plan another UID. */
const keyOf = ({ primary, plan }: ClinicalDocument): string => `${primary.frameOfReferenceUid} ${plan?.label}`;

/** Name of the objective template that was chosen for the active plan, '' before. Nothing is chosen by guess. */
export function siteOf(document: ClinicalDocument | null): string {
  if (document === null) return '';
  return useSites.getState().sites.get(keyOf(document)) ?? '';
}

/** Keeps the choice for the active plan, on this computer and under the name that the plan has. */
export function chooseSite(document: ClinicalDocument | null, site: string): void {
  if (document === null) return;
  const sites = new Map(useSites.getState().sites);
  sites.delete(keyOf(document));
  sites.set(keyOf(document), site);
  const kept = [...sites].slice(-MOST);
  useSites.setState({ sites: new Map(kept) });
  try {
    globalThis.localStorage?.setItem(KEY, JSON.stringify(kept));
  } catch {
    // It then lasts as long as the window.
  }
}

/** The site of the active plan, and the way to choose another. */
export function useSite(): readonly [site: string, choose: (name: string) => void] {
  useSites();
  const site = useDocument(({ document }) => siteOf(document));
  return [site, (name) => chooseSite(useDocument.getState().document, name)];
}
