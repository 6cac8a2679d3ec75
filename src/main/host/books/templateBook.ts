import type { TemplateBook } from '#main/server/services.ts';
import { parseTemplate, type StructureTemplate, structureTemplates } from '#shared/structures/sets/template.ts';
import { namedBook } from './namedBook.ts';

/** The structure templates of an installation, in `dir`. */
export function templateBook(dir: string): TemplateBook {
  const taken = (): string[] => structureTemplates().map(({ name }) => name);
  const book = namedBook<StructureTemplate>(dir, { what: 'template', parse: parseTemplate, taken });
  return {
    async list() {
      const { items, problems } = await book.read();
      return { templates: items, problems };
    },
    save: (one) => book.save(one),
  };
}
