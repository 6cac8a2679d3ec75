import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateBook } from '#main/server/services.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { parseTemplate, type StructureTemplate, structureTemplates } from '#shared/structures/sets/template.ts';

/** Structure templates in `dir`, one `NAME.json` a template; the folder is made with the first. */
export function templateBook(dir: string): TemplateBook {
  return {
    async list() {
      const templates: StructureTemplate[] = [];
      const problems: string[] = [];
      const files = (await readdir(dir).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
      for (const file of files)
        try {
          const template = parseTemplate(parsed(await readFile(join(dir, file), 'utf8'), file), file);
          refuseShipped(template.name);
          templates.push(template);
        } catch (error) {
          problems.push(describeError(error));
        }
      return { templates, problems };
    },
    async save(template) {
      refuseShipped(template.name);
      if (!/^[\p{L}\p{N}][\p{L}\p{N} ._+()-]{0,47}$/u.test(template.name))
        throw new IsocenterError('INVALID_ATTRIBUTE', 'a template’s name has 1 to 48 letters, digits, spaces, ._+()-', {
          object: template.name,
          attribute: 'name',
        });
      const file = join(dir, `${template.name}.json`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(`${file}.part`, `${JSON.stringify(template, null, 2)}\n`);
        await rename(`${file}.part`, file);
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'EIO';
        throw new IsocenterError('STORAGE', `cannot be written (${code})`, { object: file, cause });
      }
      return template;
    },
  };
}

function parsed(text: string, object: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no JSON', { object, cause });
  }
}

function refuseShipped(name: string): void {
  if (structureTemplates().some((template) => template.name === name))
    throw new IsocenterError('CONFLICT', 'is the name of a template that comes with the program', { object: name });
}
