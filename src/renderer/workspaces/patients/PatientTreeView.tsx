import { useEffect, useState } from 'react';
import { dicomDate, personName } from '#shared/dicom/personName.ts';
import { openPatientByKey } from '#renderer/app/session.ts';
import { rpc } from '#renderer/client/rpc.ts';
import type { Wish } from '#renderer/document/choose.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { APPROXIMATE_COMMENT } from '#shared/dicom/dose/rtDose.ts';
import { NOT_CLINICAL } from '#shared/dicom/modules.ts';
import { localMoment } from '#shared/report/compose/words.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { type RtImageAt, RtImageDialog } from './RtImageDialog.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import type { InstanceSummary, PatientSummary, PatientTree, SeriesSummary } from '#shared/contract/rpc/patients.ts';

interface PatientTreeViewProps {
  readonly patient: PatientSummary;
  /** Reloads when it changes. */
  readonly revision: number;
}

/** Studies, series and RT objects of one patient, with what each object refers to. */
export function PatientTreeView({ patient, revision }: PatientTreeViewProps) {
  const [tree, setTree] = useState<PatientTree | null>(null);
  const [error, setError] = useState<string | undefined>();
  const [picture, setPicture] = useState<RtImageAt | undefined>();
  useEffect(() => {
    let current = true;
    rpc.patients
      .tree({ key: patient.key })
      .then((found) => current && setTree(found))
      .catch((reason: unknown) => current && setError(errorWords(reason)));
    return () => {
      current = false;
    };
  }, [patient.key, revision]);
  if (error !== undefined) return <p className="error-text">{error}</p>;
  if (tree === null) return <p className="hint">Reading…</p>;
  const labels = labelsOf(tree);
  const open = (wish: Wish): void => void openPatientByKey(patient.key, wish);
  return (
    <div className="tree" data-testid="patient-tree">
      {tree.tree.map((study) => (
        <section key={study.studyInstanceUid}>
          <h3>
            {dicomDate(study.studyDate) || '(undated)'} {study.studyDescription || 'Study'}
            <small className="hint"> {study.accessionNumber}</small>
          </h3>
          <ul>
            {study.series.map((series) => (
              <SeriesRow
                key={series.seriesInstanceUid}
                series={series}
                labels={labels}
                onOpen={open}
                onShow={setPicture}
              />
            ))}
          </ul>
        </section>
      ))}
      {picture !== undefined && (
        <RtImageDialog
          patientKey={patient.key}
          patient={`${personName(patient.patientName) || '(no name)'} · ID ${patient.patientId || '(none)'}`}
          at={picture}
          onClose={() => setPicture(undefined)}
        />
      )}
    </div>
  );
}

interface SeriesRowProps {
  readonly series: SeriesSummary;
  readonly labels: ReadonlyMap<string, string>;
  readonly onOpen: (wish: Wish) => void;
  /** Shows an RT Image. */
  readonly onShow: (at: RtImageAt) => void;
}

const IMAGES = ['CT', 'MR', 'PT'];
const OPENABLE = ['RTSTRUCT', 'SEG', 'RTPLAN'];

function SeriesRow({ series, labels, onOpen, onShow }: SeriesRowProps) {
  return (
    <li>
      <div className="tree-row">
        <span className={`modality ${series.modality}`}>{series.modality}</span>
        <span className="tree-name">{series.seriesDescription || '(no description)'}</span>
        <span className="hint">
          {count(series)} {dicomDate(series.seriesDate)}
        </span>
        {series.conflictingInstances > 0 && (
          <span className="warning-text">
            {series.conflictingInstances} objects share their UID with others of different content
          </span>
        )}
        {IMAGES.includes(series.modality) && (
          <Button kind="quiet" onClick={() => onOpen({ series: series.seriesInstanceUid })}>
            open
          </Button>
        )}
      </div>
      {series.objects.length > 0 && (
        <ul>
          {series.objects.map((object) => (
            <li key={`${object.sopInstanceUid} ${object.variant}`} className="tree-row" data-testid="tree-object">
              <span className="tree-name" title={object.sopInstanceUid}>
                {titleOf(object, series, labels)}
              </span>
              <span className="hint">received {receivedAt(object)}</span>
              {series.modality === 'RTDOSE' && <DoseMark object={object} />}
              <References object={object} labels={labels} />
              {series.modality === 'RTIMAGE' && (
                <Button
                  kind="quiet"
                  data-testid="show-rt-image"
                  onClick={() =>
                    onShow({
                      study: series.studyInstanceUid,
                      series: series.seriesInstanceUid,
                      sop: object.sopInstanceUid,
                      variant: object.variant,
                    })
                  }
                >
                  show
                </Button>
              )}
              {OPENABLE.includes(series.modality) && (
                <Button kind="quiet" onClick={() => onOpen({ object: object.sopInstanceUid })}>
                  open
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** An approximate dose says so in its comment; of the open one it is also known whether it still belongs to its plan. */
function DoseMark({ object }: { readonly object: InstanceSummary }) {
  const titles = useDocument(({ document }) => {
    const open = document?.dose?.sopInstanceUid === object.sopInstanceUid ? document.dose : undefined;
    return open === undefined
      ? undefined
      : doseRemarks(open, document?.doseStale)
          .map(({ title }) => title)
          .join(', ');
  });
  const text = titles || markOf(object.label);
  return text === '' ? null : <strong className="warning-text">{text.toLowerCase()}</strong>;
}

/** What a dose's comment says against it; a comment that is no such mark is not shown as one. */
function markOf(comment: string): string {
  if (comment.startsWith(APPROXIMATE_COMMENT)) return 'APPROXIMATE DOSE';
  return comment.includes(NOT_CLINICAL) ? NOT_CLINICAL : '';
}

/** A dose is named after its plan: its own label is its comment, which is the same for all of ours. */
function titleOf(object: InstanceSummary, { modality }: SeriesSummary, labels: ReadonlyMap<string, string>): string {
  const plan = object.references?.instances.map((uid) => labels.get(uid)).find((label) => label?.startsWith('RTPLAN '));
  return modality === 'RTDOSE' && plan !== undefined
    ? `Dose of ${plan.slice('RTPLAN '.length)}`
    : object.label || '(no label)';
}

const receivedAt = ({ received }: InstanceSummary): string => localMoment(received).slice(0, 16);

const count = ({ instanceCount, objects }: SeriesSummary): string => {
  const noun = objects.length > 0 ? 'object' : 'image';
  return `${instanceCount} ${noun}${instanceCount === 1 ? '' : 's'}`;
};

/** "→ CT Thorax (by frame of reference)": what an object is about; an unresolved reference is said. */
function References({
  object,
  labels,
}: {
  readonly object: InstanceSummary;
  readonly labels: ReadonlyMap<string, string>;
}) {
  const { references } = object;
  if (references === undefined) return null;
  const targets = [...references.instances, ...references.series]
    .map((uid) => labels.get(uid))
    .filter((label) => label !== undefined);
  if (targets.length === 0) return <span className="warning-text">refers to nothing in the archive</span>;
  return (
    <span className="hint">
      → {[...new Set(targets)].join(', ')}
      {references.by === 'frame-of-reference' ? ' (by frame of reference)' : ''}
    </span>
  );
}

/** By UID; of objects that are labelled alike with the minute they were received in. */
function labelsOf(tree: PatientTree): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const all = tree.tree.flatMap(({ series }) =>
    series.flatMap(({ modality, objects }) => objects.map(({ label }) => `${modality} ${label}`)),
  );
  const isTwice = (label: string): boolean => all.indexOf(label) !== all.lastIndexOf(label);
  for (const study of tree.tree)
    for (const series of study.series) {
      labels.set(series.seriesInstanceUid, `${series.modality} ${series.seriesDescription}`.trim());
      for (const object of series.objects)
        labels.set(
          object.sopInstanceUid,
          `${series.modality} ${object.label || series.seriesDescription}`.trim() +
            (isTwice(`${series.modality} ${object.label}`) ? ` (${receivedAt(object)})` : ''),
        );
    }
  return labels;
}
