import { useState } from 'react';
import { applyTemplate } from '#renderer/commands/contouring/sets/applyTemplate.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { ownStructureTemplates } from '#renderer/stores/ownFiles.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Roi } from '#shared/model/structures.ts';
import { planTemplate, structureTemplates, templateOf } from '#shared/structures/sets/template.ts';

const NO_ROIS: readonly Roi[] = [];

/** Structures of a site: what the set lacks is added empty, names are brought to TG-263, constraints are listed. */
export function TemplatePanel() {
  const rois = useDocument((state) => state.document?.structures.rois ?? NO_ROIS);
  const isOpen = useDocument((state) => state.document !== null);
  const own = ownStructureTemplates.useAll();
  const templates = [...structureTemplates(), ...own];
  const [site, setSite] = useState(templates[0].name);
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set());
  if (!isOpen) return null;
  const template = templates.find(({ name }) => name === site) ?? templates[0];
  const { missing, renames } = planTemplate(template, rois);
  const chosen = renames.filter(({ number }) => !kept.has(number));
  const toggle = (number: number): void => {
    const next = new Set(kept);
    if (!next.delete(number)) next.add(number);
    setKept(next);
  };
  return (
    <Panel title="Template">
      <Field label="Site" hint={template.description}>
        <Select
          aria-label="site"
          data-testid="template-site"
          value={template.name}
          options={templates.map(({ name }) => ({ value: name, label: name }))}
          onChange={setSite}
        />
      </Field>
      {renames.length > 0 && (
        <div className="template-renames" data-testid="template-renames">
          <span className="hint">Names by TG-263:</span>
          {renames.map(({ number, from, to }) => (
            <Checkbox key={number} checked={!kept.has(number)} onChange={() => toggle(number)}>
              {from} → {to}
            </Checkbox>
          ))}
        </div>
      )}
      <div className="button-row">
        <Button
          kind="primary"
          data-testid="apply-template"
          disabled={missing.length + chosen.length === 0}
          title={missing.map(({ name }) => name).join(', ')}
          onClick={() => void run(applyTemplate, template, new Set(chosen.map(({ number }) => number)))}
        >
          Add {missing.length} {chosen.length > 0 && `and rename ${chosen.length}`}
        </Button>
      </div>
      <KeepTemplate rois={rois} onKept={setSite} />
      <details className="template-structures">
        <summary>Structures and constraints</summary>
        <dl>
          {template.structures.map(({ name, recipe, constraints = [] }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {recipe !== undefined && <code>{recipe}</code>}
                {constraints.map(({ text, source }) => (
                  <span key={text} title={source}>
                    {text}
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </Panel>
  );
}

/** The structures of the open set as a template of this installation. */
function KeepTemplate({ rois, onKept }: { readonly rois: readonly Roi[]; readonly onKept: (name: string) => void }) {
  const [name, setName] = useState('');
  const keep = async (): Promise<void> => {
    try {
      await ownStructureTemplates.keep(templateOf(name.trim(), rois));
      onKept(name.trim());
      setName('');
      toast('Template kept in this installation', 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <form
      className="add-structure"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <input
        type="text"
        placeholder="this set as template…"
        aria-label="name of the template"
        data-testid="template-name"
        maxLength={48}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" data-testid="keep-template" disabled={rois.length === 0 || name.trim() === ''}>
        Keep
      </Button>
    </form>
  );
}
