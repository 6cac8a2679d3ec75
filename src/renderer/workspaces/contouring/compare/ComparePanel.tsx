import { useState } from 'react';
import { compareRois, otherSets, readOtherSet } from '#renderer/commands/contouring/sets/compareRois.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { useCompared } from '#renderer/viewports/painters/contours/comparedView.ts';
import { setRoiVisible } from '#renderer/viewports/painters/contours/contourView.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import { agreementCsv, type ComparedPair } from './agreementCsv.ts';
import { AgreementTable } from './AgreementTable.tsx';

const HERE = 'here';

/** Two observers: a structure held against another one, of this set or of another set of the patient. */
export function ComparePanel() {
  const document = useDocument((state) => state.document);
  // Another patient: nothing of the one before may stay.
  return document === null ? null : <Compare key={document.patientKey} document={document} />;
}

const drawn = (rois: readonly Roi[]): Roi[] => rois.filter(({ contours }) => contours.some(isClosed));
const choose = (rois: readonly Roi[], number: string): Roi | undefined =>
  rois.find((roi) => String(roi.number) === number);
const optionsOf = (rois: readonly Roi[]): { value: string; label: string }[] =>
  rois.map(({ number, name }) => ({ value: String(number), label: name }));

function Compare({ document }: { readonly document: ClinicalDocument }) {
  const active = useContouring((state) => state.activeRoi);
  const busy = useRunning((state) => state.work !== null);
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [other, setOther] = useState<StructureSet | null>(null);
  const [pairs, setPairs] = useState<readonly ComparedPair[]>([]);
  const { structures } = document;
  const own = drawn(structures.rois);
  const theirs = drawn(other?.rois ?? structures.rois);
  const roi = choose(own, first) ?? own.find(({ number }) => number === active) ?? own[0];
  const reference =
    choose(theirs, second) ??
    theirs.find(({ name, number }) => (other === null ? number !== roi?.number : name === roi?.name)) ??
    theirs[0];
  const sets = otherSets(document);

  const pick = async (uid: string): Promise<void> => {
    const placed = sets.find(({ object }) => object.sopInstanceUid === uid);
    setSecond('');
    if (placed === undefined) setOther(null);
    else setOther((await readOtherSet(placed)) ?? null);
  };
  const compare = async (list: readonly (readonly [Roi, Roi])[]): Promise<void> => {
    const made: ComparedPair[] = [];
    for (const [a, b] of list) {
      const agreement = await compareRois(a, b);
      if (agreement === undefined) break;
      const referenceSet = other?.label ?? structures.label;
      made.push({
        name: a.name,
        referenceName: b.name,
        set: structures.label,
        referenceSet,
        agreement,
        contours: a.contours,
      });
    }
    if (made.length === 0) return;
    setPairs(made);
    const [shown] = list;
    setRoiVisible(shown[0].number, true);
    useCompared.setState({ reference: shown[1] });
  };
  const sameNames = own.flatMap((a): (readonly [Roi, Roi])[] => {
    const b = other === null ? undefined : theirs.find(({ name }) => name === a.name);
    return b === undefined ? [] : [[a, b]];
  });
  const attempt = (work: Promise<void>): void => {
    work.catch((error: unknown) => toast(errorWords(error), 'error'));
  };
  return (
    <Panel title="Compare observers">
      {own.length === 0 || roi === undefined || reference === undefined ? (
        <p className="hint">There is nothing drawn to compare yet.</p>
      ) : (
        <>
          <Field label="Structure">
            <Select
              aria-label="structure to compare"
              data-testid="compare-first"
              value={String(roi.number)}
              options={optionsOf(own)}
              onChange={setFirst}
            />
          </Field>
          <Field label="With set">
            <Select
              aria-label="structure set of the reference"
              data-testid="compare-set"
              value={other?.sopInstanceUid ?? HERE}
              options={[
                { value: HERE, label: 'this one' },
                ...sets.map(({ object, series }) => ({
                  value: object.sopInstanceUid,
                  label: `${object.label || 'RTSTRUCT'} · ${object.received.slice(0, 16).replace('T', ' ')} ${series.seriesDescription}`,
                })),
              ]}
              onChange={(uid) => attempt(pick(uid))}
            />
          </Field>
          <Field label="Reference">
            <Select
              aria-label="reference structure"
              data-testid="compare-second"
              value={String(reference.number)}
              options={optionsOf(theirs)}
              onChange={setSecond}
            />
          </Field>
          <div className="button-row">
            <Button
              kind="primary"
              data-testid="compare"
              disabled={busy}
              onClick={() => attempt(compare([[roi, reference]]))}
            >
              Compare
            </Button>
            {sameNames.length > 1 && (
              <Button
                data-testid="compare-all"
                disabled={busy}
                title="Every structure that both sets have under the same name"
                onClick={() => attempt(compare(sameNames))}
              >
                All {sameNames.length} of the same name
              </Button>
            )}
          </div>
        </>
      )}
      {pairs.length > 0 && (
        <>
          {pairs.some(({ contours }) => !own.some((one) => one.contours === contours)) && (
            <p className="warning-text">Structures were edited since they were compared.</p>
          )}
          <AgreementTable pairs={pairs} />
          <div className="button-row">
            <Button data-testid="compare-csv" onClick={() => saveCsv(pairs)}>
              Export CSV
            </Button>
            <Button
              onClick={() => {
                setPairs([]);
                useCompared.setState({ reference: null });
              }}
            >
              Clear
            </Button>
          </div>
        </>
      )}
    </Panel>
  );
}

function saveCsv(pairs: readonly ComparedPair[]): void {
  const url = URL.createObjectURL(new Blob([agreementCsv(pairs)], { type: 'text/csv' }));
  const link = globalThis.document.createElement('a');
  link.href = url;
  link.download = 'structure-comparison.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
