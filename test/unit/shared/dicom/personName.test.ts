import { describe, expect, it } from 'vitest';
import { dicomDate, personName } from '#shared/dicom/personName.ts';

describe('personName', () => {
  it.each([
    ['DOE^JANE', 'DOE, JANE'],
    ['Doe^John^Q^Dr.^Jr.', 'Doe, Dr. John Q, Jr.'],
    ['Yamada^Tarou=山田^太郎', 'Yamada, Tarou'],
    ['MONONYM', 'MONONYM'],
    ['', ''],
  ])('%j is shown as %j', (name, shown) => expect(personName(name)).toBe(shown));
});

describe('dicomDate', () => {
  it('puts in the hyphens and leaves what is no date alone', () => {
    expect(dicomDate('19600229')).toBe('1960-02-29');
    expect(dicomDate('1960.02.29')).toBe('1960-02-29');
    expect(dicomDate('1960')).toBe('1960');
    expect(dicomDate('')).toBe('');
  });
});
