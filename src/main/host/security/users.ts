import { createHmac, randomBytes } from 'node:crypto';
import type { AuthenticationResult, UserIdentity } from '#main/network/negotiation/userIdentity.ts';
import type { Settings } from '../settingsSchema.ts';
import { matchesPasscode, NOBODY } from './passcodes.ts';

type Judge = (users: Settings['users'], identity: UserIdentity | undefined) => Promise<AuthenticationResult>;

/** How many name and passcode pairs are remembered as right. */
const REMEMBERED = 1000;

/**
 * Decides whether an association may go on, by who its user is (PS3.7 D.3.3.7): only name and passcode prove anything to us.
 * A pair that was right once is known again at once, by a keyed digest in memory; the others are checked one after the other,
 * so that a flood of guesses takes one thread from the archive's work on the disk, and no more.
 */
export function createUserJudge(): Judge {
  const key = randomBytes(32);
  const right = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  const matches = async (name: string, passcode: string, hash: string): Promise<boolean> => {
    const digest = createHmac('sha256', key)
      .update(JSON.stringify([name, passcode, hash]))
      .digest('base64');
    if (right.has(digest)) return true;
    const checking = last.then(() => matchesPasscode(passcode, hash));
    last = checking.catch(() => undefined);
    if (!(await checking)) return false;
    if (right.size >= REMEMBERED) right.clear();
    right.add(digest);
    return true;
  };
  return async ({ mode, list }, identity) => {
    if (mode === 'off') return { accepted: true };
    if (identity === undefined)
      return mode === 'optional' ? { accepted: true } : { accepted: false, reason: 'a user identity is required' };
    if (identity.type !== 'username' || identity.passcode === undefined) {
      const type = identity.type === 'username' ? 'a user name without passcode' : identity.type;
      return { accepted: false, reason: `user identity: ${type} is not taken, only name and passcode` };
    }
    const { name, passcode } = identity;
    const known = list.find((user) => user.name === name);
    return (await matches(name, passcode, known?.hash ?? NOBODY)) && known !== undefined
      ? { accepted: true, name }
      : { accepted: false, reason: `user '${name}': unknown or wrong passcode` };
  };
}
