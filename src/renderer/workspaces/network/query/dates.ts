/** What people type for a date (2026-11-24, 2026.11.24 or 20261124) as DICOM DA; undefined when it is no date, '' when empty. */
export function dicomDateOf(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '') return '';
  const match = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isReal ? `${year}${month}${day}` : undefined;
}
