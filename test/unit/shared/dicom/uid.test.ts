import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IMPLEMENTATION_CLASS_UID, isUid, newUid, uidFromName } from '#shared/dicom/uid.ts';

test('new UIDs are well formed, under 2.25, and differ', () => {
  const uids = Array.from({ length: 500 }, newUid);
  expect(new Set(uids).size).toBe(500);
  for (const uid of uids) {
    expect(isUid(uid)).toBe(true);
    expect(uid).toMatch(/^2\.25\.\d+$/);
    // Version 4 and variant 10 of RFC 9562.
    const hex = BigInt(uid.slice(5)).toString(16).padStart(32, '0');
    expect(hex[12]).toBe('4');
    expect('89ab').toContain(hex[16]);
  }
});

test('a name has one UID, other names have others', () => {
  expect(uidFromName('a/b')).toBe(uidFromName('a/b'));
  const names = Array.from({ length: 3000 }, (_, i) => `phantom/${i % 30}/slice/${i}`);
  expect(new Set(names.map(uidFromName)).size).toBe(3000);
  fc.assert(fc.property(fc.string(), (name) => isUid(uidFromName(name))));
});

test.each(['', '1', '1.', '.1', '1..2', '01.2', '1.02', 'a.b', `1.${'2'.repeat(63)}`])('"%s" is no UID', (uid) => {
  expect(isUid(uid)).toBe(false);
});

test('ours is one', () => {
  expect(isUid(IMPLEMENTATION_CLASS_UID)).toBe(true);
});
