import { useEffect, useState } from 'react';
import {
  frameOfRoi,
  propagateRois,
  usePropagation,
  waysFor,
  wordsOf,
} from '#renderer/commands/contouring/derive/propagateRois.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { objectsOf, type PlacedObject } from '#renderer/document/choose.ts';
import { type ReadContext, readObject } from '#renderer/document/readObjects.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';

/** Copies structures of another set, drawn on another image, to the planning image through the registrations in use. */
export function PropagatePanel() {
  const document = useDocument((state) => state.document);
  const [chosen, setChosen] = useState('');
  if (document === null) return null;
  const sets = objectsOf(document.tree, 'RTSTRUCT');
  const placed = sets.find(({ object }) => object.sopInstanceUid === chosen);
  return (
    <Panel title="From another image">
      <Field label="Set">
        <Select
          aria-label="structure set to copy from"
          data-testid="propagate-set"
          value={placed === undefined ? '' : chosen}
          disabled={sets.length === 0}
          options={[
            { value: '', label: sets.length === 0 ? 'no structure set stored' : 'choose…' },
            ...sets.map((set) => ({ value: set.object.sopInstanceUid, label: nameOf(set, document) })),
          ]}
          onChange={setChosen}
        />
      </Field>
      {placed !== undefined && <SourceSet key={chosen} placed={placed} document={document} />}
      <Report />
    </Panel>
  );
}

function nameOf({ object, series }: PlacedObject, { tree, primary }: ClinicalDocument): string {
  const drawnOn = tree.tree
    .flatMap((study) => study.series)
    .find(({ seriesInstanceUid }) => object.references?.series.includes(seriesInstanceUid) === true);
  const image = drawnOn === undefined ? '' : ` on ${drawnOn.modality} ${drawnOn.seriesDescription}`;
  const here = drawnOn?.seriesInstanceUid === primary.seriesInstanceUid ? ' (this image)' : '';
  return `${object.label || series.seriesDescription || 'structures'}${image}${here}`;
}

/** The structures of one stored set, to be ticked, and the way they would take. */
function SourceSet({ placed, document }: { readonly placed: PlacedObject; readonly document: ClinicalDocument }) {
  const { patientKey, tree } = document;
  const { set, problem } = useStructureSet(placed, patientKey, tree.patientId);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  if (problem !== undefined) return <small className="error">{problem}</small>;
  if (set === undefined) return <p className="hint">Reading…</p>;
  const rois = set.rois.filter(({ contours }) => contours.length > 0);
  const selected = rois.filter(({ number }) => ticked.has(number));
  const toggle = (number: number, on: boolean): void =>
    setTicked(new Set(on ? [...ticked, number] : [...ticked].filter((other) => other !== number)));
  return (
    <>
      <ul className="propagate-rois" data-testid="propagate-rois">
        {rois.map(({ number, name, color }) => (
          <li key={number}>
            <Checkbox checked={ticked.has(number)} onChange={(on) => toggle(number, on)}>
              <span className="swatch" style={{ background: `rgb(${color.join(' ')})` }} />
              {name}
            </Checkbox>
          </li>
        ))}
      </ul>
      <Way set={set} document={document} />
      <div className="button-row">
        <Button
          onClick={() => setTicked(new Set(selected.length === rois.length ? [] : rois.map(({ number }) => number)))}
        >
          {selected.length === rois.length ? 'None' : 'All'}
        </Button>
        <Button
          kind="primary"
          data-testid="propagate"
          disabled={selected.length === 0}
          title="Outlines them on the slices of the planning image, as new structures"
          onClick={() => void run(propagateRois, set, selected)}
        >
          Copy {selected.length > 0 && `${selected.length} `}here
        </Button>
      </div>
    </>
  );
}

/** Through which registrations, or why not. */
function Way({ set, document }: { readonly set: StructureSet; readonly document: ClinicalDocument }) {
  const [roi] = set.rois;
  if (roi === undefined) return null;
  const { ways, refusal } = waysOrRefusal(roi, set, document);
  if (ways === undefined)
    return (
      <small className="error" data-testid="propagate-refused" title={frameOfRoi(roi, set, document)}>
        {refusal}
      </small>
    );
  const deforms = ways.there.registrations.some(({ kind }) => kind === 'deformable');
  const unsigned = ways.there.registrations.filter(({ signedOff }) => signedOff === undefined);
  return (
    <p className="hint" data-testid="propagate-way">
      Through {wordsOf(ways)}
      {deforms && ' (deforms)'}
      {unsigned.length > 0 && ', not signed off'}.{' '}
      {ways.back.warnings.map((warning) => (
        <strong key={warning}>{warning}. </strong>
      ))}
    </p>
  );
}

function waysOrRefusal(roi: Roi, set: StructureSet, document: ClinicalDocument) {
  try {
    return { ways: waysFor(roi, set, document) };
  } catch (error) {
    return { refusal: errorWords(error) };
  }
}

/** What the last copy made: a volume that changed tells of a fold, a cut at the image's end or slices too thick for it. */
function Report() {
  const report = usePropagation((state) => state.report);
  if (report === null) return null;
  return (
    <div data-testid="propagate-report">
      <table className="propagate-volumes">
        <thead>
          <tr>
            <th>Copied</th>
            <th>before</th>
            <th>here, cm³</th>
          </tr>
        </thead>
        <tbody>
          {report.rows.map(({ name, before, after }) => (
            <tr key={name}>
              <th>{name}</th>
              <td>{before.toFixed(2)}</td>
              <td>{after.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.warnings.map((warning) => (
        <small key={warning} className="warning">
          {warning}
        </small>
      ))}
    </div>
  );
}

function useStructureSet(placed: PlacedObject, patientKey: string, patientId: string) {
  const [read, setRead] = useState<{ readonly set?: StructureSet; readonly problem?: string }>({});
  useEffect(() => {
    const stop = new AbortController();
    const context: ReadContext = { patientKey, patientId, problems: [], signal: stop.signal };
    readObject(placed, readStructureSet, context)
      .then((set) => {
        if (!stop.signal.aborted) setRead(set === undefined ? { problem: context.problems.join(' ') } : { set });
      })
      .catch(() => undefined);
    return () => stop.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- the tree is another object after every change of the archive, the set is the same
  }, [placed.object.sopInstanceUid, patientKey, patientId]);
  return read;
}
