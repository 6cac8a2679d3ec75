import { IsocenterError } from '#shared/contract/errors.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { derivationText } from '#shared/model/derivationText.ts';
import { sumInWorker } from '#renderer/compute/doses/frontend.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import type { DoseSumRecord } from '#renderer/document/records.ts';
import { doseOfKey, type ShownDose } from '#renderer/document/shownDoses.ts';
import { editDocument, patchDocument, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { isInArchive, storeAll } from '../contouring/sets/saveStructures.ts';
import type { Command } from '../command.ts';
import { longWork, openedDocument } from '../longWork.ts';

/** Series number of sums we write. */
const SUM_SERIES = 304;

interface SumTerm {
  readonly key: string;
  /** The part of it that counts. */
  readonly weight: number;
  /** Fractions in which all of it is given, where its plan does not say. */
  readonly fractions?: number;
}

/** Adds up doses of the list into a named one; with an α/β (Gy) as EQD2. */
export const addDoseSum: Command<[name: string, terms: readonly SumTerm[], alphaBeta: number | undefined]> = {
  name: 'addDoseSum',
  label: 'Sum of doses',
  undo: 'The sum goes; undone again it comes back without being computed anew.',
  perform: async (name, terms, alphaBeta) => {
    const shown = terms.map(({ key, weight, fractions }) => ({ one: neededDose(key), weight, fractions }));
    const made = await longWork('Adding doses', (_, control) =>
      sumInWorker(
        {
          terms: shown.map(({ one, weight, fractions }) => ({
            dose: one.dose,
            name: one.name,
            weight,
            fractions: one.fractions ?? fractions,
            stale: one.stale,
            through: one.through,
          })),
          sopInstanceUid: newUid(),
          alphaBeta,
        },
        control,
      ),
    );
    if (made === undefined) return;
    const prescribed =
      alphaBeta === undefined && shown.every(({ one }) => one.prescribed !== undefined)
        ? shown.reduce((sum, { one, weight }) => sum + weight * (one.prescribed ?? 0), 0)
        : undefined;
    editDocument(`Sum "${name}"`, ({ doseSums = [] }) => {
      const record: DoseSumRecord = {
        id: Math.max(0, ...doseSums.map(({ id }) => id)) + 1,
        name,
        terms: shown.map(({ one, weight }) => ({ key: one.key, name: one.name, weight, data: one.dose.data })),
        ...made,
        ...(prescribed === undefined ? {} : { prescribed }),
      };
      return { doseSums: [...doseSums, record] };
    });
  },
};

export const deleteDoseSum: Command<[id: number]> = {
  name: 'deleteDoseSum',
  label: 'Delete sum',
  undo: 'The sum comes back.',
  perform: (id) =>
    editDocument('Delete sum', ({ doseSums = [] }) => ({ doseSums: doseSums.filter((sum) => sum.id !== id) })),
};

/** Stores a sum as RT Dose (MULTI_PLAN); its plans must be stored, and it must be the sum of their present doses. */
export const saveDoseSum: Command<[id: number]> = {
  name: 'saveDoseSum',
  label: 'Save sum',
  undo: 'A stored instance stays.',
  perform: async (id) => {
    const saved = await longWork('Saving sum', async (document) => {
      const record = document.doseSums?.find((sum) => sum.id === id);
      const shown = doseOfKey(document, `sum:${id}`);
      if (record === undefined || shown === undefined) throw new IsocenterError('NOT_FOUND', 'the sum is gone');
      if (shown.stale !== undefined)
        throw new IsocenterError('CONFLICT', `does not stand any more: ${shown.stale}`, { object: record.name });
      const planUids = [...new Set(record.terms.flatMap(({ key }) => planUidsOf(neededDose(key))))];
      const unsaved = planUids.find((uid) => !isInArchive(document, uid));
      if (unsaved !== undefined)
        throw new IsocenterError('CONFLICT', 'a plan in it is not saved: the sum would refer to nothing', {
          object: record.name,
          attribute: 'ReferencedRTPlanSequence',
        });
      const context = await objectContext(document, SUM_SERIES, `Sum ${record.name}`);
      await storeAll([writeDose({ ...record.dose, sopInstanceUid: context.sopInstanceUid, planUids }, context)]);
      return { name: record.name, uid: context.sopInstanceUid, dose: record.dose };
    });
    if (saved === undefined) return;
    const { document } = useDocument.getState();
    if (document !== null)
      patchDocument({
        savedInstances: [...document.savedInstances, saved.uid],
        doseSums: document.doseSums?.map((sum) => (sum.dose === saved.dose ? { ...sum, saved: true } : sum)),
      });
    const made = saved.dose.derivation === undefined ? '' : `: ${derivationText(saved.dose.derivation)}`;
    toast(`Sum "${saved.name}" saved${made}`, 'success');
  },
};

const planUidsOf = ({ dose }: ShownDose): readonly string[] =>
  dose.planUids ?? (dose.planUid === undefined ? [] : [dose.planUid]);

function neededDose(key: string): ShownDose {
  const shown = doseOfKey(openedDocument(), key);
  if (shown === undefined) throw new IsocenterError('NOT_FOUND', 'the dose is no longer open', { object: key });
  return shown;
}
