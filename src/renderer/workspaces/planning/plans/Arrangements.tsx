import { useState } from 'react';
import { addSetupBeams } from '#renderer/commands/planning/beams/addSetupBeams.ts';
import { applyBeamTemplate } from '#renderer/commands/planning/beams/applyBeamTemplate.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { ownBeamTemplates } from '#renderer/stores/ownFiles.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { beamTemplateOf, beamTemplates } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import type { Plan } from '#shared/model/plan.ts';

/** Beams by site from templates, set-up fields, and keeping the plan's beams as a template of one's own. */
export function Arrangements({ plan }: { readonly plan: Plan }) {
  const own = ownBeamTemplates.useAll();
  const [name, setName] = useState('');
  const templates = [...beamTemplates(), ...own];
  const sites = [...new Set(templates.map(({ site }) => site))];
  return (
    <>
      <div className="button-row arrangements">
        <select
          className="select"
          aria-label="beams from a template"
          data-testid="site-template"
          title="Beams by site…"
          value=""
          disabled={plan.ion === true}
          onChange={(event) => {
            const template = templates.find((one) => one.name === event.target.value);
            if (template !== undefined) void run(applyBeamTemplate, template);
          }}
        >
          <option value="" disabled>
            Beams by site…
          </option>
          {sites.map((site) => (
            <optgroup key={site} label={site}>
              {templates
                .filter((one) => one.site === site)
                .map((one) => (
                  <option key={one.name} value={one.name} title={one.description}>
                    {one.name}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        <Button
          data-testid="add-setup"
          disabled={plan.beams.length === 0}
          title="AP and lateral fields for images before treatment, at every isocenter; they give no dose"
          onClick={() => void run(addSetupBeams)}
        >
          Set-up fields
        </Button>
      </div>
      <details className="plan-properties">
        <summary>Keep the beams as a template</summary>
        <Field label="Name">
          <input
            type="text"
            aria-label="name of the beam template"
            maxLength={48}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Button data-testid="keep-template" disabled={name.trim() === ''} onClick={() => void keep(name.trim(), plan)}>
          Keep
        </Button>
      </details>
    </>
  );
}

async function keep(name: string, { patientPosition, beams }: Plan): Promise<void> {
  try {
    await ownBeamTemplates.keep(
      beamTemplateOf(
        name,
        patientPosition,
        beams.map((beam) => ({ beam, ...beamNote(beam) })),
      ),
    );
    toast(`Beam template "${name}" kept`, 'success');
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}
