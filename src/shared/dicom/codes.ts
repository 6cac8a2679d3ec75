import type { Code } from '../model/structures.ts';
import type { DataSet } from './codec/dataset.ts';
import type { DataSetInput } from './codec/encode.ts';
import { fitText } from './codec/text.ts';

/** The first code of a code sequence (PS3.3 table 8.8-1); undefined without a value. */
export function readCode(dataset: DataSet, sequence: string): Code | undefined {
  const item = dataset.sequence(sequence)[0];
  // A code of more than 16 characters stands in an attribute of its own.
  const value = item?.string('CodeValue') || item?.string('LongCodeValue') || '';
  if (item === undefined || value === '') return undefined;
  return { value, scheme: item.string('CodingSchemeDesignator'), meaning: item.string('CodeMeaning') };
}

export const codeItem = ({ value, scheme, meaning }: Code): DataSetInput => ({
  [value.length > 16 ? 'LongCodeValue' : 'CodeValue']: value,
  CodingSchemeDesignator: fitText(scheme, 16),
  CodeMeaning: fitText(meaning, 64),
});
