/** Between the values of a list column: DICOM's own separator, which no value contains. */
export const SEPARATOR = '\\';

/** The values of a list column. */
export const valuesOf = (list: string): string[] => (list === '' ? [] : list.split(SEPARATOR));

/** A list column of these values, each once, sorted. What an object wrongly holds as several values counts as several. */
export const listOf = (values: readonly string[]): string =>
  [...new Set(values.flatMap(valuesOf))]
    .filter((value) => value !== '')
    .sort()
    .join(SEPARATOR);
