import { beforeEach, expect, it, vi } from 'vitest';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import type * as Site from '#renderer/workspaces/optimization/useSite.ts';
import type { Plan } from '#shared/model/plan.ts';
import { testDocument } from '../../document/documentBuilder.ts';

const KEY = 'isocenter.objectiveSites';
const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    value: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text) },
  });
}); // biome-ignore format: a stand-in

/** The page as it is after it was loaded anew. */
const reloaded = async (): Promise<typeof Site> => {
  vi.resetModules();
  return import('#renderer/workspaces/optimization/useSite.ts');
};

const withPlan = (changes: Partial<Plan>): ClinicalDocument => {
  const { plan, ...rest } = testDocument();
  if (plan === undefined) throw new Error('no plan');
  return { ...rest, plan: { ...plan, ...changes } };
};

it('the site of a plan stays when the page is loaded anew, by the name of the plan: saving gives it another UID', async () => {
  const before = await reloaded();
  expect(before.siteOf(withPlan({}))).toBe('');
  before.chooseSite(withPlan({}), 'Prostate');
  before.chooseSite(withPlan({ label: 'Boost' }), 'Rectum');
  before.chooseSite(withPlan({}), 'Lung');
  const { siteOf } = await reloaded();
  expect(siteOf(withPlan({ sopInstanceUid: '1.2.77' }))).toBe('Lung');
  expect(siteOf(withPlan({ label: 'Boost' }))).toBe('Rectum');
  expect(siteOf(withPlan({ label: 'Another' }))).toBe('');
});

it('what another version kept there is as if it were not there, and the oldest choices give way', async () => {
  kept.set(KEY, '{"a": 1}');
  const { siteOf, chooseSite } = await reloaded();
  expect(siteOf(withPlan({}))).toBe('');
  for (let n = 0; n < 400; n++) chooseSite(withPlan({ label: `P${n}` }), 'Brain');
  expect([siteOf(withPlan({ label: 'P0' })), siteOf(withPlan({ label: 'P399' }))]).toEqual(['', 'Brain']);
});
