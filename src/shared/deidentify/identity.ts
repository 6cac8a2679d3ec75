import type { DataElement, DataSet } from '../dicom/codec/dataset.ts';
import { nameOfTag } from '../dicom/codec/dictionary.ts';
import { CHARSET_TEXT } from '../dicom/codec/vr.ts';

/** Attributes whose value names somebody or something, beside all person names. */
const IDENTIFIERS: readonly string[] = [
  'PatientID', 'OtherPatientIDs', 'AccessionNumber', 'StudyID', 'InstitutionName', 'InstitutionAddress', 'DeviceSerialNumber', 'StationName',
  'InstitutionalDepartmentName', 'AdmissionID', 'RequestedProcedureID', 'ScheduledProcedureStepID', 'PerformedProcedureStepID',
  'PatientAddress', 'PatientTelephoneNumbers', 'IssuerOfPatientID', 'MedicalRecordLocator', 'ClinicalTrialSubjectID',
]; // biome-ignore format: a list

/** Dates that tell who it was when they stand in free text. */
const DATES: readonly string[] = ['PatientBirthDate', 'StudyDate', 'SeriesDate', 'AcquisitionDate', 'ContentDate'];

/** Shorter ones would be found everywhere; one character is a name in scripts without an alphabet. */
const SHORTEST = 2;
const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** From so many letters on a name is found within words too: MuellerPlan. */
const TELLING = 5;

/** Without accents and in lower case, as people type names in a hurry. */
const folded = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC');

/** The ways a name is written: as folded, and with umlauts spelt out. */
function spellings(word: string): string[] {
  const spelt = word.normalize('NFC').replace(/[äöüÄÖÜåÅøØ]/g, (letter) => SPELT[letter.toLowerCase()]);
  return [...new Set([folded(word), folded(spelt)])];
}
const SPELT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/**
 * What is known to name the patient, staff or place of an export, to be searched for in the free text that is kept.
 */
export class IdentityWords {
  readonly #words = new Set<string>();
  #pattern: RegExp | undefined;

  /** Takes the words of one object, sequences included. */
  learn(dataset: DataSet): void {
    for (const element of dataset.elements.values()) {
      for (const item of element.items ?? []) this.learn(item);
      if (element.items !== undefined || element.length === 0) continue;
      const keyword = nameOfTag(element.tag);
      if (element.vr === 'PN') for (const name of valuesOf(dataset, element)) this.#takeName(name);
      else if (IDENTIFIERS.includes(keyword)) for (const value of valuesOf(dataset, element)) this.#take(value);
      else if (DATES.includes(keyword)) for (const value of valuesOf(dataset, element)) this.#takeDate(value);
    }
  }

  /** Whether a text holds any of them. */
  occursIn(text: string): boolean {
    if (this.#words.size === 0) return false;
    this.#pattern ??= new RegExp([...this.#words].map(patternOf).join('|'), 'iu');
    return this.#pattern.test(folded(text));
  }

  #take(word: string): void {
    for (const clean of spellings(word.trim())) {
      if ((clean.length < SHORTEST && !IDEOGRAPHIC.test(clean)) || this.#words.has(clean)) continue;
      this.#words.add(clean);
      this.#pattern = undefined;
    }
  }

  #takeName(name: string): void {
    this.#take(name);
    for (const part of name.split(/[\^=,\s-]+/)) this.#take(part);
  }

  #takeDate(date: string): void {
    const match = /^(\d{4})(\d\d)(\d\d)$/.exec(date);
    if (match === null) return;
    const [, year, month, day] = match;
    const forms = [
      [year, month, day],
      [day, month, year],
      [month, day, year],
    ] as const;
    for (const form of forms) for (const between of ['', '-', '.', '/', ' ']) this.#take(form.join(between));
  }
}

/** Numbers and long names are found also where letters touch them; short names only as words, or Ann would be in Planning. */
function patternOf(word: string): string {
  const literal = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const isTelling = word.length >= TELLING || IDEOGRAPHIC.test(word);
  return isTelling ? literal : `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`;
}

function valuesOf(dataset: DataSet, element: DataElement): string[] {
  const text = CHARSET_TEXT.has(element.vr)
    ? dataset.charset.decode(dataset.rawOf(element))
    : String.fromCharCode(...dataset.rawOf(element));
  return text.split('\\').map((value) => value.replace(/^ +|[\0 ]+$/g, ''));
}
