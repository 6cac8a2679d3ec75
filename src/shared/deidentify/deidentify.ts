import { IsocenterError } from '../contract/errors.ts';
import type { DataElement, DataSet } from '../dicom/codec/dataset.ts';
import { entryOfKeyword, entryOfTag, nameOfTag } from '../dicom/codec/dictionary.ts';
import { type DicomFile, writePart10 } from '../dicom/codec/part10.ts';
import { EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN } from '../dicom/uid.ts';
import { CHARSET_TEXT, STRING_VRS } from '../dicom/codec/vr.ts';
import { type Action, type Keeper, ruleOf } from './actions.ts';
import { dummyOf, labelOf } from './dummies.ts';
import { EditedDataSet, emptyElement, sequenceElement, textElement, textItem } from './editedDataSet.ts';
import { type Finding, findingsOf } from './findings.ts';
import { IdentityWords } from './identity.ts';
import { type DeidentifyOptions, methodCodes } from './options.ts';
import { type Pseudonyms, pseudonyms, shiftDate } from './pseudonyms.ts';
import { isSafePrivate } from './safePrivate.ts';

/** What happened to an attribute. `cleaned`: it would have been kept, but held a trace of identity or made no sense. */
type Change = 'removed' | 'emptied' | 'replaced' | 'cleaned';

interface Deidentified {
  /** A Part 10 file; its preamble and file meta information are ours. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sopInstanceUid: string;
  /** How often what happened, by keyword (or tag): `PatientName replaced`. */
  readonly changes: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

export interface Deidentifier {
  /** Looks at an object before any is changed: who is to be found in free text. Returns what is to be known of it. */
  inspect(file: DicomFile): Finding[];
  /**
   * The object without identity. Pixels and everything kept are byte for byte what they were; big endian comes out little endian.
   * @throws UNSUPPORTED_OBJECT when it holds what cannot be cleaned, or writing in the pixels that was not allowed; CONFLICT for a second
   * patient when the name of one was given
   */
  apply(file: DicomFile): Deidentified;
}

const TAG = (keyword: string): number => entryOfKeyword(keyword).tag;
const PATIENT_ID = TAG('PatientID');
const PATIENT_NAME = TAG('PatientName');
const KEPT_UIDS: ReadonlySet<number> = new Set(
  [
    'SOPClassUID',
    'ReferencedSOPClassUID',
    'OriginalSpecializedSOPClassUID',
    'RelatedGeneralSOPClassUID',
    'CodingSchemeUID',
    'ContextUID',
    'MappingResourceUID',
  ].map(TAG),
);
/** Attributes of ours, written anew. */
const OURS: ReadonlySet<number> = new Set(
  [
    'PatientIdentityRemoved',
    'DeidentificationMethod',
    'DeidentificationMethodCodeSequence',
    'LongitudinalTemporalInformationModified',
  ].map(TAG),
);

/** De-identification of one export (PS3.15 annex E): the same secret, the same replacements in every object. @throws USAGE */
export function createDeidentifier(options: DeidentifyOptions, secret: Uint8Array): Deidentifier {
  for (const [option, value] of [
    ['--patient-id', options.patientId],
    ['--patient-name', options.patientName],
  ] as const)
    if (value !== undefined && !/^[\x20-\x5b\x5d-\x7e]{1,64}$/.test(value))
      throw new IsocenterError('USAGE', 'plain letters, 1 to 64, no backslash', { attribute: option });
  if (secret.length < 16)
    throw new IsocenterError('USAGE', 'a secret of 16 bytes or more', { attribute: '--secret-file' });
  const names = pseudonyms(secret);
  const words = new IdentityWords();
  const patients = new Set<string>();
  const learn = ({ dataset }: DicomFile): void => {
    words.learn(dataset);
    patients.add(patientOf(dataset));
    if (patients.size > 1 && (options.patientId ?? options.patientName) !== undefined)
      throw new IsocenterError(
        'CONFLICT',
        'shows another patient than the others: one name for several would mix them',
        {
          object: dataset.object,
          attribute: 'PatientID',
        },
      );
  };
  return {
    inspect: (file) => {
      learn(file);
      return findingsFor(file, options);
    },
    apply: (file) => {
      learn(file);
      const findings = findingsFor(file, options);
      const [refused] = findings.filter(({ severity }) => severity === 'refuse');
      if (refused !== undefined)
        throw new IsocenterError('UNSUPPORTED_OBJECT', refused.text, { object: file.dataset.object });
      return new Transformation(file, options, names, words).run(findings);
    },
  };
}

/** Who it is, as far as Patient ID tells: the same person has the same pseudonym. */
const patientOf = (dataset: DataSet): string =>
  `${dataset.string('PatientID')}\n${dataset.string('IssuerOfPatientID')}`;

function findingsFor(file: DicomFile, options: DeidentifyOptions): Finding[] {
  const findings = findingsOf(file).map(
    (finding): Finding =>
      finding.kind === 'burned-in' && options.allowBurnedIn ? { ...finding, severity: 'warn' } : finding,
  );
  if (file.dataset.string('Modality') === 'PT' && options.dates === 'remove')
    findings.push({ kind: 'dates', severity: 'warn', text: 'without times nobody can compute SUV from this PET' });
  return findings;
}

class Transformation {
  readonly #file: DicomFile;
  readonly #options: DeidentifyOptions;
  readonly #names: Pseudonyms;
  readonly #words: IdentityWords;
  readonly #changes = new Map<string, number>();
  readonly #patient: string;
  readonly #days: number;

  constructor(file: DicomFile, options: DeidentifyOptions, names: Pseudonyms, words: IdentityWords) {
    this.#file = file;
    this.#options = options;
    this.#names = names;
    this.#words = words;
    this.#patient = patientOf(file.dataset);
    this.#days = names.dayShift(this.#patient);
  }

  run(findings: readonly Finding[]): Deidentified {
    const { dataset, transferSyntaxUid } = this.#file;
    const elements = new Map(this.#elements(dataset, false));
    for (const element of this.#statement(dataset)) elements.set(element.tag, element);
    const edited = new EditedDataSet(elements, dataset.source, dataset.charset);
    const syntax = transferSyntaxUid === EXPLICIT_BIG_ENDIAN ? EXPLICIT_LITTLE_ENDIAN : transferSyntaxUid;
    return {
      bytes: writePart10(edited, syntax),
      sopInstanceUid: edited.needString('SOPInstanceUID'),
      changes: this.#changes,
      findings,
    };
  }

  /** What PS3.15 E.1.1 wants to be said of the object. */
  #statement(dataset: DataSet): DataElement[] {
    const modified = { remove: 'REMOVED', shift: 'MODIFIED', keep: 'UNMODIFIED' }[this.#options.dates];
    const codes = methodCodes(this.#options).map(([code, meaning]) =>
      textItem(dataset.source, [
        textElement(TAG('CodeValue'), 'SH', code),
        textElement(TAG('CodingSchemeDesignator'), 'SH', 'DCM'),
        textElement(TAG('CodeMeaning'), 'LO', meaning),
      ]),
    );
    return [
      textElement(TAG('PatientIdentityRemoved'), 'CS', 'YES'),
      textElement(TAG('DeidentificationMethod'), 'LO', 'isocenter: PS3.15 Basic Application Confidentiality'),
      sequenceElement(TAG('DeidentificationMethodCodeSequence'), codes),
      textElement(TAG('LongitudinalTemporalInformationModified'), 'CS', modified),
    ];
  }

  /** @param dummies inside a sequence that itself is to be a dummy: no text survives */
  #elements(dataset: DataSet, dummies: boolean): Map<number, DataElement> {
    const kept = new Map<number, DataElement>();
    for (const element of dataset.elements.values()) {
      if ((element.tag & 0xffff) === 0) continue;
      const result = this.#element(dataset, element, dummies);
      if (result !== undefined) kept.set(element.tag, result);
    }
    // A creator whose elements are all gone reserves an empty block.
    for (const tag of kept.keys())
      if (isCreator(tag) && ![...kept.keys()].some((other) => creatorTag(other) === tag)) kept.delete(tag);
    return kept;
  }

  #element(dataset: DataSet, element: DataElement, dummies: boolean): DataElement | undefined {
    const { tag, vr } = element;
    const group = tag >>> 16;
    if (OURS.has(tag)) return undefined;
    if (group % 2 === 1) return this.#private(dataset, element);
    // Overlays and curves: graphics are not cleaned, they go, and what describes them.
    if ((group & 0xff00) === 0x6000 || (group & 0xff00) === 0x5000) return this.#changed(element, 'removed', undefined);
    if (tag === PATIENT_ID || tag === PATIENT_NAME) return this.#patientElement(element);
    if (entryOfTag(tag) === undefined) return this.#changed(element, 'removed', undefined);
    const rule = ruleOf(tag);
    if (rule !== undefined && !(rule.keeper !== undefined && this.#keeps(rule.keeper)))
      return this.#act(dataset, element, rule.action);
    if (vr === 'UI') return this.#uid(dataset, element);
    if (vr === 'DA' || vr === 'TM' || vr === 'DT') return this.#date(dataset, element, dummies ? 'D' : 'Z');
    if (element.items !== undefined) return this.#recurse(element, element.items, dummies);
    if (dummies && CHARSET_TEXT.has(vr)) return this.#act(dataset, element, 'D');
    if (rule === undefined && isUnlistedRisk(vr))
      return this.#act(dataset, element, vr === 'PN' || vr === 'AE' ? 'Z' : 'X');
    return this.#swept(dataset, element);
  }

  #keeps(keeper: Keeper): boolean {
    const { dates, patientCharacteristics, device, institution, descriptions, labels, structuredContent } =
      this.#options;
    switch (keeper) {
      case 'dates':
        return dates !== 'remove';
      case 'patient':
        return patientCharacteristics;
      case 'device':
        return device;
      case 'institution':
        return institution;
      case 'descriptor':
        return descriptions;
      case 'label':
        return labels;
      case 'content':
        return structuredContent;
    }
  }

  #act(dataset: DataSet, element: DataElement, action: Action): DataElement | undefined {
    if (action === 'U') return this.#uid(dataset, element);
    if (action === 'X') return this.#changed(element, 'removed', undefined);
    // An empty value names nobody, and says as much as it did.
    if (element.length === 0 && (element.items?.length ?? 0) === 0) return element;
    if (action === 'Z') return this.#changed(element, 'emptied', emptyElement(element.tag, element.vr));
    if (element.items !== undefined)
      return this.#changed(element, 'replaced', this.#recurse(element, element.items, true));
    const dummy = labelOf(dataset, element.tag) ?? dummyOf(element.vr);
    return this.#changed(element, 'replaced', textElement(element.tag, element.vr, dummy));
  }

  #recurse(element: DataElement, items: readonly DataSet[], dummies: boolean): DataElement {
    // An item without a path is not taken for one copied from another file, whose text would be in another character set.
    return sequenceElement(
      element.tag,
      items.map((item) => new EditedDataSet(this.#elements(item, dummies), item.source, item.charset)),
    );
  }

  #uid(dataset: DataSet, element: DataElement): DataElement {
    if (this.#options.uids || KEPT_UIDS.has(element.tag) || element.length === 0) return element;
    const uids = dataset.strings(element.tag);
    // UIDs of the standard itself: classes, syntaxes, well-known frames of reference and instances.
    const replaced = uids.map((uid) => (uid === '' || uid.startsWith('1.2.840.10008.') ? uid : this.#names.uid(uid)));
    if (replaced.every((uid, n) => uid === uids[n])) return element;
    return this.#changed(element, 'replaced', textElement(element.tag, 'UI', replaced.join('\\')));
  }

  #date(dataset: DataSet, element: DataElement, action: 'Z' | 'D'): DataElement | undefined {
    const { dates } = this.#options;
    if (dates === 'keep' || element.length === 0) return element;
    if (dates === 'remove') return this.#act(dataset, element, action);
    if (element.vr === 'TM') return element;
    const moved = dataset.strings(element.tag).map((date) => (date === '' ? '' : shiftDate(date, this.#days)));
    if (moved.includes(undefined)) return this.#changed(element, 'cleaned', emptyElement(element.tag, element.vr));
    return this.#changed(element, 'replaced', textElement(element.tag, element.vr, moved.join('\\')));
  }

  #patientElement(element: DataElement): DataElement {
    const id = this.#options.patientId ?? this.#names.patientId(this.#patient);
    const value = element.tag === PATIENT_ID ? id : (this.#options.patientName ?? id);
    return this.#changed(element, 'replaced', textElement(element.tag, element.vr, value));
  }

  /** Kept only under its option, and only where its creator's dictionary is known not to name anybody. */
  #private(dataset: DataSet, element: DataElement): DataElement | undefined {
    if (this.#options.safePrivate) {
      if (isCreator(element.tag)) return element;
      const creator = dataset.utf8(creatorTag(element.tag) ?? 0);
      if (isSafePrivate(creator, element.tag) && element.items === undefined) return this.#swept(dataset, element);
    }
    return isCreator(element.tag) ? undefined : this.#changed(element, 'removed', undefined);
  }

  /** Text that is kept, unless it names somebody. */
  #swept(dataset: DataSet, element: DataElement): DataElement {
    const { vr } = element;
    if (!STRING_VRS.has(vr) || vr === 'DS' || vr === 'IS' || vr === 'CS' || vr === 'AS' || element.length === 0)
      return element;
    if (!this.#words.occursIn(dataset.strings(element.tag).join('\\'))) return element;
    return this.#changed(
      element,
      'cleaned',
      textElement(element.tag, vr, labelOf(dataset, element.tag) ?? dummyOf(vr)),
    );
  }

  #changed<T extends DataElement | undefined>(element: DataElement, change: Change, result: T): T {
    const key = `${nameOfTag(element.tag)} ${change}`;
    this.#changes.set(key, (this.#changes.get(key) ?? 0) + 1);
    return result;
  }
}

/** Kinds of value that mean a person, a machine's address or prose, where no rule says otherwise. */
const isUnlistedRisk = (vr: string): boolean => ['PN', 'AE', 'LT', 'ST', 'UT', 'UR', 'UN'].includes(vr);

const isCreator = (tag: number): boolean => (tag >>> 16) % 2 === 1 && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;

/** Tag of the creator of a private element; undefined for public ones and creators themselves. */
const creatorTag = (tag: number): number | undefined =>
  (tag >>> 16) % 2 === 1 && (tag & 0xffff) > 0xff ? ((tag & 0xffff0000) | ((tag >>> 8) & 0xff)) >>> 0 : undefined;
