import { useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Menu } from '#renderer/kit/Menu.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { ownObjectiveTemplates } from '#renderer/stores/ownFiles.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { templateOf } from '#shared/optimization/templates/fitTemplate.ts';

interface KeepTemplateProps {
  readonly plan: Plan;
  readonly rois: readonly Roi[];
  readonly onKept: (name: string) => void;
}

/** Keeps the plan's objectives as a template of this installation. */
export function KeepTemplate({ plan, rois, onKept }: KeepTemplateProps) {
  const [typed, setTyped] = useState('');
  const { objectives, prescription } = plan;
  if (objectives === undefined || prescription === undefined) return null;
  const name = typed.trim();
  const keep = async (): Promise<void> => {
    try {
      await ownObjectiveTemplates.keep(templateOf(name, objectives, rois, prescription));
      onKept(name);
      setTyped('');
      toast(`Objectives "${name}" kept in this installation`, 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <Menu label="Keep…" className="keep-menu" buttonClass="button" data-testid="keep-objectives-menu">
      <form
        className="keep-form"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <input
          type="text"
          placeholder="name of the template"
          aria-label="name of the objective template"
          data-testid="objective-template-name"
          maxLength={48}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" data-testid="keep-objectives" disabled={name === ''}>
          Keep
        </Button>
      </form>
    </Menu>
  );
}
