import type { DvhState } from '../dock/useDvhs.ts';
import { BiologyTable } from './BiologyTable.tsx';
import { IndexTable } from './IndexTable.tsx';

/** Indices of the targets, and what models make of the doses. */
export function BiologyTab({ state: { rois, plans } }: { readonly state: DvhState }) {
  return (
    <div className="biology-tab">
      <IndexTable rois={rois} plans={plans} />
      <p className="model-note" role="note">
        Model values, not predictions for this patient: equal fractions of the plan, no time factor, parameters of the
        papers named under the mouse. Probabilities are of EQD2, since their parameters were found at about 2 Gy a
        fraction.
      </p>
      <BiologyTable rois={rois} plans={plans} />
    </div>
  );
}
