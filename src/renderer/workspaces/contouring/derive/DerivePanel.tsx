import { useState } from 'react';
import { checkDerivation, deriveRoi } from '#renderer/commands/contouring/derive/deriveRoi.ts';
import { freeName, nameProblem } from '#renderer/commands/contouring/rois.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { OPERATION_USAGE } from '#shared/structures/derivation/derive.ts';
import { quotedName } from '#shared/structures/derivation/recipe.ts';
import { typeForName } from '#shared/structures/sets/tg263.ts';
import { DerivationState } from './DerivationState.tsx';
import { RecipeBuilder } from './RecipeBuilder.tsx';

/** Live structures: made by a recipe from others, and made anew whenever those change. */
export function DerivePanel() {
  const structures = useDocument((state) => state.document?.structures);
  const active = useContouring((state) => state.activeRoi);
  if (structures === undefined) return null;
  const roi = structures.rois.find(({ number }) => number === active);
  return (
    <Panel title="Live structures">
      {roi?.derivation !== undefined && <DerivationState roi={roi} />}
      {roi !== undefined && <QuickMargin key={roi.number} roi={roi} structures={structures} />}
      {/* Another structure, or its recipe changed by undo: the editor starts from that. */}
      <RecipeEditor key={`${roi?.number ?? 0} ${roi?.derivation?.recipe ?? ''}`} roi={roi} structures={structures} />
    </Panel>
  );
}

interface EditorProps {
  readonly roi?: Roi;
  readonly structures: StructureSet;
}

/** GTV to CTV, CTV or GTV to PTV, organ to PRV: the margins of every day, in one step. */
function QuickMargin({ roi, structures }: EditorProps & { readonly roi: Roi }) {
  const [mm, setMm] = useState(5);
  const targets = quickNames(roi, mm);
  if (targets.length === 0) return null;
  const derive = (base: string): void => {
    const name = freeName(structures, base);
    void run(deriveRoi, name, typeForName(name), `margin(${quotedName(roi.name)}, ${mm})`);
  };
  return (
    <Field label="From it, live">
      <NumberInput
        aria-label="margin of the live structure"
        data-testid="quick-mm"
        value={mm}
        min={0.1}
        max={100}
        unit="mm"
        onChange={setMm}
      />
      {targets.map((name) => (
        <Button
          key={name}
          data-testid={`quick-${name.slice(0, 3).toLowerCase()}`}
          title={`${name} = ${roi.name} and ${mm} mm in all directions; follows ${roi.name}`}
          onClick={() => derive(name)}
        >
          {name.length > 12 ? 'PRV' : name}
        </Button>
      ))}
    </Field>
  );
}

/** TG-263: a planning risk volume is NAME_PRVxx. */
function quickNames({ name, type }: Roi, mm: number): string[] {
  const as = (kind: string): string =>
    name.replace(/^i?[cgi]tv/i, kind).replace(new RegExp(`^(?!${kind})`), `${kind}_`);
  if (type === 'GTV') return [as('CTV'), as('PTV')];
  if (type === 'CTV') return [as('PTV')];
  return type === 'ORGAN' ? [`${name}_PRV${String(Math.round(mm)).padStart(2, '0')}`] : [];
}

function RecipeEditor({ roi, structures }: EditorProps) {
  const derived = roi?.derivation;
  const [name, setName] = useState(derived === undefined ? '' : (roi?.name ?? ''));
  const [text, setText] = useState(derived?.recipe ?? '');
  const trimmed = name.trim();
  const existing = structures.rois.find((other) => other.name === trimmed);
  const problem = text.trim() === '' || trimmed === '' ? undefined : problemOf(structures, trimmed, text.trim());
  const replaces = existing !== undefined && existing.derivation === undefined && existing.contours.length > 0;
  return (
    <form
      className="recipe-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined && trimmed !== '' && text.trim() !== '')
          void run(deriveRoi, trimmed, existing?.type ?? typeForName(trimmed), text);
      }}
    >
      <RecipeBuilder rois={structures.rois} first={roi?.name} onText={setText} />
      <Field label="Structure">
        <input
          type="text"
          list="tg263-names"
          placeholder="name, e.g. PTV"
          aria-label="name of the live structure"
          data-testid="derive-name"
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <label className="recipe-text">
        <span className="field-label">Recipe</span>
        <textarea
          rows={2}
          spellCheck={false}
          placeholder="inside(margin(GTV, 5), BODY, 5)"
          title={OPERATION_USAGE.join('\n')}
          aria-label="recipe"
          aria-invalid={problem !== undefined}
          data-testid="derive-recipe"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {problem !== undefined && (
        <small className="error" data-testid="derive-problem">
          {problem}
        </small>
      )}
      {problem === undefined && replaces && <small className="hint">The contours of {trimmed} will be replaced.</small>}
      <div className="button-row">
        <Button
          type="submit"
          kind="primary"
          data-testid="derive"
          disabled={problem !== undefined || trimmed === '' || text.trim() === ''}
        >
          {existing === undefined ? 'Derive' : 'Derive anew'}
        </Button>
      </div>
    </form>
  );
}

function problemOf(structures: StructureSet, name: string, recipe: string): string | undefined {
  const existing = structures.rois.find((roi) => roi.name === name);
  const wrong = existing === undefined ? nameProblem(structures, name) : undefined;
  if (wrong !== undefined) return wrong;
  try {
    checkDerivation(structures.rois, { name, recipe });
    return undefined;
  } catch (error) {
    return errorWords(error);
  }
}
