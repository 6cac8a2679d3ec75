import type { ObjectiveTemplateBook } from '#main/server/services.ts';
import {
  type ObjectiveTemplate,
  objectiveTemplates,
  parseObjectiveTemplate,
} from '#shared/optimization/templates/objectiveTemplate.ts';
import { namedBook } from './namedBook.ts';

/** The objective templates of an installation, in `dir`. */
export function objectiveTemplateBook(dir: string): ObjectiveTemplateBook {
  const taken = (): string[] => objectiveTemplates().map(({ name }) => name);
  const book = namedBook<ObjectiveTemplate>(dir, { what: 'objective template', parse: parseObjectiveTemplate, taken });
  return {
    async list() {
      const { items, problems } = await book.read();
      return { templates: items, problems };
    },
    save: (template) => book.save(template),
  };
}
