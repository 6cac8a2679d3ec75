import { expect, it } from 'vitest';
import { describeError, errorWords, IsocenterError } from '#shared/contract/errors.ts';

it('errors are told with their code in logs, and in words on the page', () => {
  const error = new IsocenterError('GEOMETRY', 'slice: missing', { object: 'CT', attribute: 'ImagePositionPatient' });
  expect(describeError(error)).toBe('GEOMETRY: CT: slice: missing (ImagePositionPatient)');
  expect(errorWords(error)).toBe('CT: slice: missing (ImagePositionPatient)');
  expect(errorWords(new Error('a: b'))).toBe('internal error: a: b');
  expect(errorWords('text')).toBe('internal error: text');
});
