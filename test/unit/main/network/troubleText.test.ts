import { expect, it } from 'vitest';
import { troubleText } from '#main/network/troubleText.ts';

it('says network errors in words, with the place, and leaves other words alone', () => {
  expect(troubleText('connect ECONNREFUSED 10.0.0.1:104')).toBe(
    'connection refused: is the program there running? (10.0.0.1:104)',
  );
  expect(troubleText('getaddrinfo ENOTFOUND pacs')).toBe('the host name is not known');
  expect(troubleText('rejected for now by the service user: no reason given')).toMatch(/^rejected for now/);
});
