import { IsocenterError } from '#shared/contract/errors.ts';
import type { Derivation, Rgb, Roi, RoiType, StructureSet } from '#shared/model/structures.ts';
import { allPlans } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { editDocument, useDocument } from '#renderer/document/store.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { openedDocument } from '../longWork.ts';

/** Colours of new ROIs in turn: far apart on grey images. */
const COLORS: readonly Rgb[] = [
  [255, 80, 80], [80, 220, 100], [90, 150, 255], [255, 215, 60], [255, 140, 50],
  [210, 110, 240], [70, 225, 225], [255, 120, 190], [190, 235, 80], [200, 160, 120],
]; // biome-ignore format: a table

export interface NewRoi {
  readonly name: string;
  readonly type: RoiType;
  readonly contours?: Roi['contours'];
  readonly algorithm?: Roi['generationAlgorithm'];
  readonly color?: Rgb;
  readonly derivation?: Derivation;
  /** Where it comes from, in words. */
  readonly description?: string;
  /** Whether the tools draw on it from now on; default yes. */
  readonly activate?: boolean;
}

/**
 * The number the next ROI gets: one that nothing in the document has meant another structure by. A plan knows its target by
 * number alone, so the number of a deleted target must not come back as something else.
 */
export function nextRoiNumber(document: ClinicalDocument): number {
  const { stored } = useDocument.getState();
  const records = allPlans(document);
  const bases = [document.doseBasis, ...records.map(({ doseBasis }) => doseBasis)];
  const sets = [document.structures, stored.structures, ...bases.map((basis) => basis?.structures)];
  const plans = [...stored.plans.values(), ...records.map(({ plan }) => plan), ...bases.map((basis) => basis?.plan)];
  return (
    Math.max(
      0,
      ...sets.flatMap((set) => set?.rois.map((roi) => roi.number) ?? []),
      ...plans.map((one) => one?.prescription?.targetRoiNumber ?? 0),
    ) + 1
  );
}

/** A name no ROI of the set has yet: `base`, else `base_2`, `base_3`… within the 64 characters of LO. */
export function freeName({ rois }: StructureSet, base: string): string {
  const taken = new Set(rois.map((roi) => roi.name));
  const short = base.slice(0, 60);
  if (!taken.has(short)) return short;
  let n = 2;
  while (taken.has(`${short}_${n}`)) n++;
  return `${short}_${n}`;
}

/** What is wrong with a ROI name (LO: 1–64 characters, no backslash, unique in the set); undefined when it is fine. */
export function nameProblem({ rois }: StructureSet, name: string, except?: number): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'a structure needs a name';
  if (Array.from(trimmed).length > 64) return 'a name has at most 64 characters';
  // oxlint-disable-next-line no-control-regex -- LO forbids control characters
  if (/[\\\u0000-\u001f\u007f-\u009f]/.test(trimmed)) return 'backslash and control characters are not allowed';
  if (rois.some((roi) => roi.number !== except && roi.name.trim() === trimmed))
    return `there is another structure named ${trimmed}`;
  return undefined;
}

/** Adds a ROI in one edit; returns its number. @throws IsocenterError for a bad name. */
export function insertRoi(
  editName: string,
  { name, type, contours = [], algorithm = 'MANUAL', color, derivation, description, activate = true }: NewRoi,
): number {
  const { structures } = openedDocument();
  const problem = nameProblem(structures, name);
  if (problem !== undefined)
    throw new IsocenterError('INVALID_ATTRIBUTE', problem, { object: name, attribute: 'ROIName' });
  const number = nextRoiNumber(openedDocument());
  editDocument(editName, (document) => {
    const roi: Roi = {
      number,
      name: name.trim(),
      type,
      color: color ?? COLORS[(number - 1) % COLORS.length],
      generationAlgorithm: algorithm,
      frameOfReferenceUid: document.primary.frameOfReferenceUid,
      contours,
      ...(derivation && { derivation }),
      ...(description !== undefined && { remarks: { ROIDescription: description } }),
    };
    return { structures: { ...document.structures, rois: [...document.structures.rois, roi] } };
  });
  if (activate) useContouring.setState({ activeRoi: number });
  return number;
}

/** Replaces one ROI in one edit; `change` returns the ROI itself for "no change". */
export function replaceRoi(editName: string, number: number, change: (roi: Roi) => Roi): void {
  editDocument(editName, ({ structures }) => {
    const old = structures.rois.find((roi) => roi.number === number);
    if (old === undefined) return null;
    const next = change(old);
    if (next === old) return null;
    return { structures: { ...structures, rois: structures.rois.map((roi) => (roi === old ? next : roi)) } };
  });
}

/** A ROI of the open document. @throws IsocenterError NOT_FOUND. */
export function roiByNumber(number: number): Roi {
  const roi = openedDocument().structures.rois.find((candidate) => candidate.number === number);
  if (roi === undefined) throw new IsocenterError('NOT_FOUND', `there is no structure number ${number}`);
  return roi;
}

/** @throws IsocenterError CONFLICT for a ROI the user locked, or of an approved set. */
export function assertUnlocked(roi: Roi): void {
  const { approval, label } = openedDocument().structures;
  if (approval?.status === 'APPROVED')
    throw new IsocenterError('CONFLICT', 'is approved: make a draft of it first', { object: label });
  if (roi.locked === true) throw new IsocenterError('CONFLICT', 'is locked', { object: roi.name });
}
