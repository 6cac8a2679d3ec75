import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import type { PatientTree } from '#shared/contract/rpc/patients.ts';

interface SeriesChoiceProps {
  readonly tree: PatientTree;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** Series of a patient to choose from. */
export function SeriesChoice({ tree, chosen, onChange }: SeriesChoiceProps) {
  const toggle = (uid: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(uid);
    else next.delete(uid);
    onChange(next);
  };
  return (
    <div className="series-choice">
      {tree.tree.flatMap((study) =>
        study.series.map((series) => (
          <Checkbox
            key={series.seriesInstanceUid}
            checked={chosen.has(series.seriesInstanceUid)}
            onChange={(on) => toggle(series.seriesInstanceUid, on)}
          >
            {[
              series.modality,
              series.seriesDescription || series.objects[0]?.label || '(no description)',
              `${series.instanceCount} ${series.instanceCount === 1 ? 'object' : 'objects'}`,
            ].join(' · ')}
          </Checkbox>
        )),
      )}
    </div>
  );
}
