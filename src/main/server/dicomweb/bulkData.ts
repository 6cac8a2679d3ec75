import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataElement, DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DicomFile } from '#shared/dicom/codec/part10.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import type { AnswerPart } from './multipartAnswer.ts';

/**
 * One value by the path of its BulkDataURI: tags of eight hex digits, the index of the item (from 0) after each sequence.
 * Encapsulated pixel data are retrieved by frame. @throws NOT_FOUND, INVALID_ATTRIBUTE, UNSUPPORTED_OBJECT
 */
export function bulkDataOf(file: DicomFile, path: string): AnswerPart {
  const steps = path.split('/');
  if (!steps.every((step, index) => (index % 2 === 0 ? /^[0-9A-Fa-f]{8}$/ : /^\d{1,6}$/).test(step)))
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${path}' is no path to a value`, { attribute: 'bulkdata' });
  if (steps.length % 2 === 0)
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${path}' ends with an item`, { attribute: 'bulkdata' });
  let dataset: DataSet = file.dataset;
  for (let at = 0; at + 1 < steps.length; at += 2) dataset = itemOf(dataset, steps[at], Number(steps[at + 1]), path);
  const element = elementOf(dataset, steps[steps.length - 1], path);
  if (element.items !== undefined || element.fragments !== undefined)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'is a sequence or encapsulated: retrieve its frames', {
      object: dataset.object,
      attribute: path,
    });
  return {
    contentType: `application/octet-stream; transfer-syntax=${EXPLICIT_LITTLE_ENDIAN}`,
    bytes: dataset.bytes(element.tag),
  };
}

function elementOf(dataset: DataSet, tag: string, path: string): DataElement {
  const element = dataset.element(Number.parseInt(tag, 16));
  if (element === undefined)
    throw new IsocenterError('NOT_FOUND', 'no such value', { object: dataset.object, attribute: path });
  return element;
}

function itemOf(dataset: DataSet, tag: string, index: number, path: string): DataSet {
  const item = elementOf(dataset, tag, path).items?.[index];
  if (item === undefined)
    throw new IsocenterError('NOT_FOUND', 'no such item', { object: dataset.object, attribute: path });
  return item;
}
