import { IsocenterError } from '../../contract/errors.ts';
import { readPart10 } from '../../dicom/codec/part10.ts';
import { readStructureSet } from '../../dicom/structures/rtStructureSet.ts';
import { readSegmentation } from '../../dicom/segmentation/segmentation.ts';
import { LABEL_MAP_SEGMENTATION, nameOfUid, RT_STRUCTURE_SET, SEGMENTATION } from '../../dicom/uid.ts';
import type { StructureSet } from '../../model/structures.ts';
import { structuresOf } from './segments.ts';

const AFTER_CLASS = 0x00080018;

/**
 * Structures of whatever object holds them: RT Structure Set, Segmentation or Label Map Segmentation.
 * @throws UNSUPPORTED_OBJECT for another class, and as readStructureSet and readSegmentation
 */
export function readStructures(bytes: Uint8Array, name = 'structures'): StructureSet {
  const sopClassUid = readPart10(bytes, name, { stopBefore: AFTER_CLASS }).dataset.needString('SOPClassUID');
  if (sopClassUid === RT_STRUCTURE_SET) return readStructureSet(bytes, name);
  if (sopClassUid === SEGMENTATION || sopClassUid === LABEL_MAP_SEGMENTATION)
    return structuresOf(readSegmentation(bytes, name));
  throw new IsocenterError('UNSUPPORTED_OBJECT', `${nameOfUid(sopClassUid)} holds no structures`, {
    object: name,
    attribute: 'SOPClassUID',
  });
}
