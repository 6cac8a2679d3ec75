import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914 parameters that newer hashes get: 16 MiB and some 50 ms each, which bounds guessing and a flood of logins alike. */
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_LENGTH = 32;
/** Parameters of a settings file that would take more memory than this are refused, bytes. */
const MAX_MEMORY = 128 * 1024 * 1024;

/** `scrypt:N:r:p:salt:key` (base64url), which says nothing about the passcode. */
export async function hashPasscode(passcode: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(passcode, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join(':');
}

/** Whether `passcode` is the one that was hashed; a malformed hash matches nothing. */
export async function matchesPasscode(passcode: string, hash: string): Promise<boolean> {
  const [kind, N, r, p, salt, key] = hash.split(':');
  if (kind !== 'scrypt' || key === undefined) return false;
  const expected = Buffer.from(key, 'base64url');
  if (expected.length !== KEY_LENGTH) return false;
  try {
    const cost = { N: Number(N), r: Number(r), p: Number(p) };
    return timingSafeEqual(await derive(passcode, Buffer.from(salt, 'base64url'), cost), expected);
  } catch {
    return false;
  }
}

/** A hash that no passcode has: an unknown user takes as long to refuse as a wrong passcode. */
export const NOBODY = `scrypt:${COST.N}:${COST.r}:${COST.p}:${'A'.repeat(22)}:${'A'.repeat(43)}`;

function derive(passcode: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passcode.normalize('NFC'), salt, KEY_LENGTH, { ...cost, maxmem: MAX_MEMORY }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
