import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pseudonyms, shiftDate } from '#shared/deidentify/pseudonyms.ts';
import { hmacSha256, sha256 } from '#shared/deidentify/sha256.ts';
import { isUid } from '#shared/dicom/uid.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

describe('SHA-256 and HMAC', () => {
  it('agree with the platform', () => {
    fc.assert(
      fc.property(bytes, bytes, (key, message) => {
        expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
        expect(hex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'));
      }),
    );
  });
});

describe('pseudonyms', () => {
  const secret = new Uint8Array(32).fill(7);
  it('are UIDs of a UUID, the same for the same secret and others for another', () => {
    const [a, b] = [pseudonyms(secret), pseudonyms(new Uint8Array(32).fill(8))];
    const seen = new Set<string>();
    for (let n = 0; n < 200; n++) {
      const uid = a.uid(`1.2.3.${n}`);
      expect(isUid(uid) && uid.startsWith('2.25.')).toBe(true);
      expect(pseudonyms(secret).uid(`1.2.3.${n}`)).toBe(uid);
      expect(b.uid(`1.2.3.${n}`)).not.toBe(uid);
      seen.add(uid);
    }
    expect(seen.size).toBe(200);
  });

  it('move dates back by whole days, so that intervals stay', () => {
    const days = pseudonyms(secret).dayShift('patient');
    expect(days).toBeGreaterThanOrEqual(1);
    expect(days).toBeLessThanOrEqual(3650);
    expect(shiftDate('20240301', 1)).toBe('20240229');
    expect(shiftDate('20240101', 366)).toBe('20221231');
    expect(shiftDate('20240301123456.5+0100', 1)).toBe('20240229123456.5+0100');
    for (const broken of ['20230229', '2024', '2024.03.01', '', '00000000'])
      expect(shiftDate(broken, 1)).toBeUndefined();
  });
});
