import { dicomDate } from '#shared/dicom/personName.ts';
import { openPatientByKey } from '#renderer/app/session.ts';
import { imageSeries, objectsOf, structureObjects } from '#renderer/document/choose.ts';
import { fusionOf } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';

const SHORT: Readonly<Record<string, string>> = { RTPLAN: 'PLAN', RTSTRUCT: 'SS', SEG: 'SEG' };

/** What the open patient has: image series (which can become the primary), structure sets and plans (which can be opened). */
export function SeriesPanel() {
  const document = useDocument((state) => state.document);
  if (document === null) return null;
  const fused = fusionOf(document).kind === 'fused';
  const { tree, primary, secondary, structures, plan, patientKey } = document;
  const objects = [...objectsOf(tree, 'RTPLAN'), ...structureObjects(tree)];
  return (
    <Panel title="Patient objects" grow>
      <ul className="object-list">
        {imageSeries(tree).map(({ series }) => {
          const uid = series.seriesInstanceUid;
          const isSecond = uid === secondary?.seriesInstanceUid;
          const role =
            uid === primary.seriesInstanceUid ? 'primary' : isSecond ? (fused ? 'second' : 'not fused') : undefined;
          return (
            <li key={uid} data-testid="series-row">
              <span className={`modality ${series.modality}`}>{series.modality}</span>
              <span className="object-name" title={`${series.seriesDescription}\n${dicomDate(series.seriesDate)}`}>
                {series.seriesDescription || '(no description)'} <small className="hint">{series.instanceCount}</small>
              </span>
              {role !== undefined && <span className="role">{role}</span>}
              {role !== 'primary' && (
                <Button
                  kind="quiet"
                  title="Open this image as the primary one"
                  onClick={() => void openPatientByKey(patientKey, { series: uid })}
                >
                  open
                </Button>
              )}
            </li>
          );
        })}
        {objects.map(({ object, series }) => {
          const uid = object.sopInstanceUid;
          const shown = uid === structures.sopInstanceUid || uid === plan?.sopInstanceUid;
          return (
            <li key={uid} data-testid="object-row">
              <span className={`modality ${series.modality}`}>{SHORT[series.modality]}</span>
              <span className="object-name" title={`${object.label}\nreceived ${object.received}`}>
                {object.label || series.seriesDescription || '(no label)'}
              </span>
              {shown ? (
                <span className="role">shown</span>
              ) : (
                <Button
                  kind="quiet"
                  title="Open this object with its image"
                  onClick={() => void openPatientByKey(patientKey, { object: uid })}
                >
                  open
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
