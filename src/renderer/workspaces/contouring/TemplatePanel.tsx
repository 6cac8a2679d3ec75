import { useState } from 'react';
import { applyTemplate } from '#renderer/commands/contouring/applyTemplate.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { Roi } from '#shared/model/structures.ts';
import { planTemplate, structureTemplates } from '#shared/structures/template.ts';

const NO_ROIS: readonly Roi[] = [];

/** Structures of a site: what the set lacks is added empty, names are brought to TG-263, constraints are listed. */
export function TemplatePanel() {
  const rois = useDocument((state) => state.document?.structures.rois ?? NO_ROIS);
  const isOpen = useDocument((state) => state.document !== null);
  const templates = structureTemplates();
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
