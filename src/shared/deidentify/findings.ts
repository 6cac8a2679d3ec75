import type { DataSet } from '../dicom/codec/dataset.ts';
import { formatTag } from '../dicom/codec/dictionary.ts';
import type { DicomFile } from '../dicom/codec/part10.ts';

/** Something to know before an object leaves the house. */
export interface Finding {
  readonly kind: 'burned-in' | 'content' | 'face' | 'private' | 'dates';
  /** `refuse`: not exported unless told to, or at all; `warn`: exported. */
  readonly severity: 'refuse' | 'warn';
  readonly text: string;
}

/** Modalities whose images commonly carry writing (PS3.3 C.7.3.1.1.1). */
const WRITES_INTO_PIXELS: readonly string[] = [
  'US',
  'IVUS',
  'XA',
  'RF',
  'ES',
  'OT',
  'SC',
  'HC',
  'MG',
  'DG',
  'TG',
  'XC',
  'GM',
  'SM',
  'OP',
  'ECG',
];
const SLICES: readonly string[] = ['CT', 'MR', 'PT'];
const HEAD: readonly string[] = ['HEAD', 'BRAIN', 'SKULL', 'HEADNECK', 'FACE'];
/** Secondary capture, single and multi-frame. */
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Encapsulated documents (PDF, CDA, STL, OBJ, MTL). */
const ENCAPSULATED = '1.2.840.10008.5.1.4.1.1.104.';
const RAW_DATA = '1.2.840.10008.5.1.4.1.1.66';

/** What an object holds that no rule for attributes can take away, and its private attributes. */
export function findingsOf({ dataset }: DicomFile): Finding[] {
  const findings: Finding[] = [];
  const sopClass = dataset.string('SOPClassUID');
  if (sopClass.startsWith(ENCAPSULATED))
    findings.push(refuse('content', 'an encapsulated document: what stands in it cannot be cleaned'));
  else if (sopClass === RAW_DATA || !sopClass.startsWith('1.2.840.10008.'))
    findings.push(refuse('content', 'raw or private data: what stands in it is not known'));
  const burnedIn = burnedInOf(dataset, sopClass);
  if (burnedIn !== undefined) findings.push(burnedIn);
  if (dataset.string('RecognizableVisualFeatures') === 'YES')
    findings.push(warn('face', 'the face can be recognised, says the object'));
  else if (SLICES.includes(dataset.string('Modality')) && HEAD.includes(dataset.string('BodyPartExamined')))
    findings.push(warn('face', 'slices of a head: whoever puts them together sees a face'));
  const creators = privateCreators(dataset);
  if (creators.size > 0) findings.push(warn('private', `private attributes of ${[...creators].sort().join(', ')}`));
  return findings;
}

const refuse = (kind: Finding['kind'], text: string): Finding => ({ kind, severity: 'refuse', text });
const warn = (kind: Finding['kind'], text: string): Finding => ({ kind, severity: 'warn', text });

/** Burned In Annotation (0028,0301; PS3.3 C.7.6.1) where the object says, else by what makes such images. */
function burnedInOf(dataset: DataSet, sopClass: string): Finding | undefined {
  if (!dataset.has('PixelData')) return undefined;
  const said = dataset.string('BurnedInAnnotation');
  if (said === 'YES') return refuse('burned-in', 'writing in the pixels, says the object');
  if (said === 'NO') return undefined;
  if (sopClass.startsWith(SECONDARY_CAPTURE))
    return refuse('burned-in', 'a secondary capture: there may be writing in the pixels');
  const modality = dataset.string('Modality');
  if (WRITES_INTO_PIXELS.includes(modality))
    return refuse('burned-in', `${modality} images commonly have writing in the pixels`);
  if (dataset.strings('ImageType').some((value) => value === 'SCREEN SAVE' || value === 'SCREENSHOT'))
    return refuse('burned-in', 'a screen shot: there may be writing in the pixels');
  return undefined;
}

/** Creators of private attributes anywhere in a data set; the group where one has none. */
function privateCreators(dataset: DataSet, found = new Set<string>()): Set<string> {
  for (const element of dataset.elements.values()) {
    const group = element.tag >>> 16;
    if (group % 2 === 1 && (element.tag & 0xffff) > 0xff) {
      const creator = dataset.utf8((group * 0x10000 + ((element.tag >>> 8) & 0xff)) >>> 0);
      found.add(creator === '' ? `group ${formatTag(element.tag).slice(1, 5)} (no creator)` : creator);
    }
    for (const item of element.items ?? []) privateCreators(item, found);
  }
  return found;
}
