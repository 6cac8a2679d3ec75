import { changeObjectives } from '#renderer/commands/optimization/changeObjectives.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { ownObjectiveTemplates } from '#renderer/stores/ownFiles.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { fractionationRemark } from '#shared/evaluation/goals/goalSheet.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type FittedTemplate, fitTemplate } from '#shared/optimization/templates/fitTemplate.ts';
import { type ObjectiveTemplate, objectiveTemplates } from '#shared/optimization/templates/objectiveTemplate.ts';
import { useSite } from '../useSite.ts';
import { KeepTemplate } from './KeepTemplate.tsx';

interface TemplateBarProps {
  readonly plan: Plan;
  readonly rois: readonly Roi[];
  readonly disabled: boolean;
}

/** Objectives by site: chosen, with the sources of their values and what they find no structure for; one's own are kept here. */
export function TemplateBar({ plan, rois, disabled }: TemplateBarProps) {
  const own = ownObjectiveTemplates.useAll();
  const { objectives = [], prescription } = plan;
  const templates = [...objectiveTemplates(), ...own];
  const [site, setSite] = useSite();
  const template = templates.find(({ name }) => name === site);
  const fitted = template && fittedOf(template, rois, plan);
  const remark = template && fractionationRemark(template, prescription);
  return (
    <div className="objective-templates">
      <div className="button-row">
        <Select
          aria-label="objectives by site"
          data-testid="objective-template"
          value={template?.name ?? ''}
          options={[
            ...(template === undefined ? [{ value: '', label: 'Choose a site…', disabled: true }] : []),
            ...templates.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={setSite}
        />
        <Button
          kind={template !== undefined && objectives.length === 0 ? 'primary' : 'plain'}
          data-testid="apply-objective-template"
          disabled={disabled || fitted === undefined || typeof fitted === 'string' || fitted.objectives.length === 0}
          title={template?.description}
          onClick={() => {
            if (template !== undefined && typeof fitted === 'object')
              void run(changeObjectives, fitted.objectives, `Objectives: ${template.name}`);
          }}
        >
          {objectives.length === 0 ? 'Use' : 'Replace'}
          {typeof fitted === 'object' &&
            ` ${objectives.length === 0 ? '' : 'by '}${fitted.objectives.length} objectives`}
        </Button>
        <KeepTemplate plan={plan} rois={rois} onKept={setSite} />
      </div>
      {remark !== undefined && (
        <p className="dose-remark" role="alert">
          {remark}
        </p>
      )}
      {typeof fitted === 'string' && <p className="warning-text">{fitted}</p>}
      {template !== undefined && typeof fitted === 'object' && <TemplateDetails template={template} fitted={fitted} />}
    </div>
  );
}

/** The template for these structures, or why it cannot be one. */
function fittedOf(template: ObjectiveTemplate, rois: readonly Roi[], { prescription }: Plan): FittedTemplate | string {
  try {
    return fitTemplate(template, rois, prescription);
  } catch (error) {
    return errorWords(error);
  }
}

function TemplateDetails({
  template,
  fitted,
}: {
  readonly template: ObjectiveTemplate;
  readonly fitted: FittedTemplate;
}) {
  const { objectives, description } = template;
  return (
    <details className="objective-sources">
      <summary>
        {description}
        {fitted.unmatched.length > 0 && (
          <span className="warning-text" data-testid="template-unmatched">
            {' '}
            Not found here: {fitted.unmatched.map(({ structure }) => structure).join(', ')}
          </span>
        )}
      </summary>
      <ul>
        {fitted.unmatched.map(({ structure, reason }) => (
          <li key={structure} className="warning-text">
            {structure}: {reason}
          </li>
        ))}
        {objectives.map(({ objective, source }, n) => (
          <li key={n}>
            {objective.roi}: {source ?? 'a place to begin, without a source'}
          </li>
        ))}
      </ul>
    </details>
  );
}
