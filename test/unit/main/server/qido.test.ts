import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUERY_ATTRIBUTES } from '#main/archive/index/query/attributes.ts';
import { parseQido } from '#main/server/dicomweb/qido.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

describe('QIDO-RS parameters', () => {
  it('mean the same by keyword and by tag, in any case, in any order', () => {
    const chosen = fc.uniqueArray(fc.constantFrom(...QUERY_ATTRIBUTES), { selector: (attribute) => attribute.keyword });
    const filters = chosen.chain((attributes) =>
      fc.tuple(
        ...attributes.map((attribute) =>
          fc.record({ attribute: fc.constant(attribute), value: fc.string(), byTag: fc.boolean() }),
        ),
      ),
    );
    fc.assert(
      fc.property(filters, fc.nat({ max: 1e8 }), fc.nat({ max: 1e8 }), (chosenFilters, limit, offset) => {
        const parameters = new URLSearchParams({ limit: String(limit), offset: String(offset) });
        for (const { attribute, value, byTag } of chosenFilters)
          parameters.append(byTag ? attribute.tag.toLowerCase() : attribute.keyword, value);
        const expected = Object.fromEntries(chosenFilters.map(({ attribute, value }) => [attribute.keyword, value]));
        // Through the text of a URL, as it arrives.
        const query = parseQido('instance', new URLSearchParams(parameters.toString()));
        expect(query).toEqual({ level: 'instance', match: expected, limit, offset, fuzzyNames: false });
      }),
    );
  });

  it('are understood or refused by name, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
        try {
          const query = parseQido('study', new URLSearchParams(pairs));
          const known = new Set(QUERY_ATTRIBUTES.map((attribute) => attribute.keyword));
          for (const keyword of Object.keys(query.match ?? {})) expect(known).toContain(keyword);
        } catch (error) {
          expect(error).toBeInstanceOf(IsocenterError);
          expect((error as IsocenterError).code).toBe('INVALID_ATTRIBUTE');
          expect((error as IsocenterError).attribute).toBeDefined();
        }
      }),
    );
  });
});
