import { allSeries } from '#renderer/document/choose.ts';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import type { PatientTree, SeriesSummary } from '#shared/contract/rpc/patients.ts';
import type { ExportDraft } from './exportDraft.ts';

interface ObjectTreeProps {
  readonly tree: PatientTree;
  readonly draft: ExportDraft;
  readonly onChange: (draft: ExportDraft) => void;
}

const toggled = (set: ReadonlySet<string>, uid: string, on: boolean): ReadonlySet<string> => {
  const next = new Set(set);
  if (on) next.add(uid);
  else next.delete(uid);
  return next;
};

/** Image series as a whole, RT objects one by one. */
export function ObjectTree({ tree, draft, onChange }: ObjectTreeProps) {
  const rows = allSeries(tree);
  const whole = rows.filter(({ series }) => series.objects.length === 0);
  const single = rows.flatMap(({ series }) => series.objects.map((object) => ({ series, object })));
  const all = draft.series.size + draft.objects.size === whole.length + single.length;
  const setAll = (on: boolean): void =>
    onChange({
      ...draft,
      series: new Set(on ? whole.map(({ series }) => series.seriesInstanceUid) : []),
      objects: new Set(on ? single.map(({ object }) => object.sopInstanceUid) : []),
    });
  return (
    <table className="table" data-testid="export-table">
      <thead>
        <tr>
          <th>
            <Checkbox aria-label="export everything" data-testid="export-all" checked={all} onChange={setAll} />
          </th>
          <th>Type</th>
          <th>Label</th>
          <th className="numeric">Objects</th>
        </tr>
      </thead>
      <tbody>
        {whole.map(({ series }) => (
          <tr key={series.seriesInstanceUid}>
            <td>
              <Checkbox
                aria-label={`export ${series.modality} ${series.seriesDescription}`}
                checked={draft.series.has(series.seriesInstanceUid)}
                onChange={(on) => onChange({ ...draft, series: toggled(draft.series, series.seriesInstanceUid, on) })}
              />
            </td>
            <Kind series={series} />
            <td>{series.seriesDescription || '(no description)'}</td>
            <td className="numeric">{series.instanceCount}</td>
          </tr>
        ))}
        {single.map(({ series, object }) => (
          <tr key={object.sopInstanceUid}>
            <td>
              <Checkbox
                aria-label={`export ${object.label}`}
                checked={draft.objects.has(object.sopInstanceUid)}
                onChange={(on) => onChange({ ...draft, objects: toggled(draft.objects, object.sopInstanceUid, on) })}
              />
            </td>
            <Kind series={series} />
            <td>
              {[object.label, series.seriesDescription].filter((text) => text !== '').join(' · ') || '(no label)'}
            </td>
            <td className="numeric">1</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Kind = ({ series }: { readonly series: SeriesSummary }) => (
  <td>
    <span className={`modality ${series.modality}`}>{series.modality}</span>
  </td>
);
