import { encodeUtf8 } from '../dicom/codec/charset.ts';
import { type DataElement, DataSet, type DataSource } from '../dicom/codec/dataset.ts';

/** An element with a value of its own instead of one that lies in the source. */
interface ReplacedElement extends DataElement {
  readonly value: Uint8Array;
}

/** A parsed data set in which some elements have other values; all others stay views into the original bytes, exactly as they were. */
export class EditedDataSet extends DataSet {
  override rawOf(element: DataElement): Uint8Array {
    return isReplaced(element) ? element.value : super.rawOf(element);
  }
}

const isReplaced = (element: DataElement): element is ReplacedElement => 'value' in element;

/** An element of plain ASCII text. */
export function textElement(tag: number, vr: string, text: string): DataElement {
  const value = encodeUtf8(text);
  const replaced: ReplacedElement = { tag, vr, start: 0, length: value.length, value };
  return replaced;
}

/** An element without a value. */
export const emptyElement = (tag: number, vr: string): DataElement =>
  vr === 'SQ' ? { tag, vr, start: 0, length: 0, items: [] } : textElement(tag, vr, '');

/** A sequence of these items. */
export const sequenceElement = (tag: number, items: readonly DataSet[]): DataElement => ({
  tag,
  vr: 'SQ',
  start: 0,
  length: 0,
  items,
});

/** An item of plain ASCII elements. */
export const textItem = (source: DataSource, elements: readonly DataElement[]): DataSet =>
  new EditedDataSet(new Map(elements.map((element) => [element.tag, element])), source);
