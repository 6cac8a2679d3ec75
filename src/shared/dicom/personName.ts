/** A DICOM person name (PS3.5 6.2.1, alphabetic group) as people read it: "FAMILY, Given Middle". */
export function personName(name: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = name.split('=')[0].split('^');
  const first = [prefix, given, middle].filter((part) => part !== '').join(' ');
  const shown = [family, first].filter((part) => part !== '').join(', ');
  return suffix === '' ? shown : `${shown}, ${suffix}`;
}

/** DICOM DA (YYYYMMDD) as YYYY-MM-DD; anything else unchanged. */
export function dicomDate(date: string): string {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date);
  return match === null ? date : `${match[1]}-${match[2]}-${match[3]}`;
}
