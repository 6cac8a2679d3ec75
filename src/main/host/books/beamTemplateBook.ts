import type { BeamTemplateBook } from '#main/server/services.ts';
import { type BeamTemplate, beamTemplates, parseBeamTemplate } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import { namedBook } from './namedBook.ts';

/** The beam templates of an installation, in `dir`. */
export function beamTemplateBook(dir: string): BeamTemplateBook {
  const taken = (): string[] => beamTemplates().map(({ name }) => name);
  const book = namedBook<BeamTemplate>(dir, { what: 'beam template', parse: parseBeamTemplate, taken });
  return {
    async list() {
      const { items, problems } = await book.read();
      return { templates: items, problems };
    },
    save: (template) => book.save(template),
  };
}
