import { IsocenterError } from '../../contract/errors.ts';
import type { DataElement, DataSet } from '../codec/dataset.ts';
import { entryOfTag, nameOfTag } from '../codec/dictionary.ts';
import { textFault } from '../codec/text.ts';
import { NUMBER_BYTES, SINGLE_TEXT, STRING_VRS } from '../codec/vr.ts';

export interface Report {
  readonly errors: string[];
  readonly warnings: string[];
}

/** Checks every element of a data set and its items: VR against the dictionary, value multiplicity, repertoire and length of values. */
export function checkValues(dataset: DataSet, report: Report): void {
  for (const element of dataset.elements.values()) {
    checkElement(dataset, element, report);
    for (const item of element.items ?? []) checkValues(item, report);
  }
}

function checkElement(dataset: DataSet, element: DataElement, report: Report): void {
  const where = `${dataset.path === '' ? '' : `${dataset.path}.`}${nameOfTag(element.tag)}`;
  const isPrivate = ((element.tag >>> 16) & 1) === 1;
  const entry = entryOfTag(element.tag);
  if (entry === undefined && !isPrivate && (element.tag & 0xffff) !== 0)
    report.warnings.push(`${where}: not in the dictionary`);
  if (entry !== undefined && !sameVr(entry.vr, element.vr))
    report.errors.push(`${where}: VR ${element.vr} instead of ${entry.vr}`);
  if (element.length % 2 === 1) report.errors.push(`${where}: odd length ${element.length}`);
  if (element.items !== undefined || element.fragments !== undefined || element.length === 0) return;
  try {
    const count = checkText(dataset, element, where, report);
    if (entry !== undefined && count !== undefined && !multiplicityAllows(entry.vm, count))
      report.errors.push(`${where}: ${count} values where ${entry.vm} is allowed`);
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    report.errors.push(`${where}: ${error.message}`);
  }
}

/** VRs that the dictionary leaves open, or that encodings may change. */
function sameVr(stated: string, found: string): boolean {
  if (stated === found || found === 'UN' || found === 'xs') return true;
  if (stated === 'OW' || stated === 'OB') return found === 'OB' || found === 'OW' || found === 'US' || found === 'SS';
  return stated === 'xs' && (found === 'US' || found === 'SS');
}

/** Checks the values and returns how many there are; undefined for bulk data. */
function checkText(dataset: DataSet, element: DataElement, where: string, report: Report): number | undefined {
  if (NUMBER_BYTES.has(element.vr) || element.vr === 'xs') {
    const values = dataset.numbers(element.tag);
    if (!values.every(Number.isFinite)) report.errors.push(`${where}: a value is not finite`);
    return values.length;
  }
  if (!STRING_VRS.has(element.vr)) return undefined;
  const values = dataset.strings(element.tag);
  if (element.vr === 'DS' || element.vr === 'IS') {
    dataset.numbers(element.tag);
    const limit = element.vr === 'DS' ? 16 : 12;
    const long = values.find((value) => value.length > limit);
    if (long !== undefined) report.errors.push(`${where}: "${long}" is longer than ${limit} characters`);
    if (element.vr === 'IS' && values.some((value) => !/^[+-]?\d+$/.test(value)))
      report.errors.push(`${where}: no integer`);
  } else
    for (const value of values) {
      const fault = textFault(element.vr, value);
      if (fault !== undefined) report.errors.push(`${where}: ${fault}`);
    }
  return SINGLE_TEXT.has(element.vr) ? 1 : values.length;
}

/** Value multiplicity as PS3.6 prints it: `1`, `1-3`, `2-n`, `3-3n`. */
export function multiplicityAllows(vm: string, count: number): boolean {
  const [low, high = low] = vm.split('-');
  const least = Number(low);
  if (count < least) return false;
  const step = /^(\d*)n$/.exec(high);
  if (step === null) return count <= Number(high);
  return step[1] === '' || count % Number(step[1]) === 0;
}
