import { describe, expect, it } from 'vitest';
import type { Roi } from '#shared/model/structures.ts';
import { derivationOrder, recipeOf } from '#shared/structures/derivation/derivation.ts';
import { sourcesOf } from '#shared/structures/derivation/derive.ts';
import { parseTemplate, planTemplate, structureTemplates, templateRoi } from '#shared/structures/sets/template.ts';
import { TG263_NAMES, tg263NameFor } from '#shared/structures/sets/tg263.ts';

const roi = (number: number, name: string): Roi =>
  templateRoi({ name, type: 'ORGAN', color: [1, 2, 3] }, number, '1.2');

describe('templates that come with the program', () => {
  it.each(structureTemplates().map((template) => [template.name, template] as const))('%s', (_name, template) => {
    const names = template.structures.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const rois = template.structures.map((structure, n) => templateRoi(structure, n + 1, '1.2'));
    // No circles, and nothing made from what the template does not have.
    expect(derivationOrder(rois).length).toBe(rois.filter(({ derivation }) => derivation).length);
    for (const one of rois) {
      const recipe = recipeOf(one);
      if (recipe !== undefined) for (const source of sourcesOf(recipe)) expect(names).toContain(source);
    }
    // TG-263, but for what is derived here and has no primary name.
    for (const { name, recipe } of template.structures) if (recipe === undefined) expect(TG263_NAMES).toContain(name);
    expect(template.structures.some(({ constraints = [] }) => constraints.length > 0)).toBe(true);
    for (const { constraints = [] } of template.structures)
      for (const { source } of constraints) expect(source).toMatch(/QUANTEC|TG-101|Emami/);
  });
});

describe('names by TG-263', () => {
  it.each([
    ['Lt Parotid', 'Parotid_L'], ['parotis rechts', 'Parotid_R'], ['LungLeft', 'Lung_L'], ['LUNG_RT', 'Lung_R'], ['Myelon', 'SpinalCord'],
    ['optic nerve L', 'OpticNrv_L'], ['femoral head (right)', 'Femur_Head_R'], ['Oesophagus', 'Esophagus'], ['spinal_cord', 'SpinalCord'],
    ['Rückenmark', 'SpinalCord'], ['heart', 'Heart'], ['Aussenkontur', 'BODY'],
  ])('%s is %s', (name, meant) => {
    expect(tg263NameFor(name)).toBe(meant);
  }); // biome-ignore format: a table

  it.each(['SpinalCord', 'Parotid_L', 'Parotid', 'Heart left', 'Lung L R', 'Tumour', 'Esophagus_PRV05', ''])(
    '%j is left alone',
    (name) => {
      expect(tg263NameFor(name)).toBeUndefined();
    },
  );
});

describe('a template on a set', () => {
  const [headNeck] = structureTemplates();

  it('adds what is missing and renames what means the same, once', () => {
    const plan = planTemplate(headNeck, [
      roi(1, 'Myelon'),
      roi(2, 'parotid left'),
      roi(3, 'Parotis li'),
      roi(4, 'GTVp'),
    ]);
    expect(plan.renames).toEqual([
      { number: 1, from: 'Myelon', to: 'SpinalCord' },
      { number: 2, from: 'parotid left', to: 'Parotid_L' },
    ]);
    const missing = plan.missing.map(({ name }) => name);
    for (const name of ['SpinalCord', 'Parotid_L', 'GTVp']) expect(missing).not.toContain(name);
    expect(missing).toEqual(expect.arrayContaining(['Parotid_R', 'PTV_High', 'BODY']));
  });

  it('that is no template, or has a recipe that cannot be read, is refused', () => {
    expect(() => parseTemplate({ name: 'X', description: '', structures: [] }, 'x.json')).toThrow(
      expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute: 'structures' }),
    );
    const wrong = { name: 'PTV', type: 'PTV', color: [1, 2, 3], recipe: 'margin(GTV' };
    expect(() => parseTemplate({ name: 'X', description: '', structures: [wrong] }, 'x.json')).toThrow("',' expected");
  });
});
