import type { AuthenticationResult, UserIdentity } from '#main/network/negotiation/userIdentity.ts';
import type { Settings } from '../settingsSchema.ts';
import { matchesPasscode, NOBODY } from './passcodes.ts';

/** Whether an association may go on, by who its user is (PS3.7 D.3.3.7): only name and passcode prove anything to us. */
export async function judgeUser(
  { mode, list }: Settings['users'],
  identity: UserIdentity | undefined,
): Promise<AuthenticationResult> {
  if (mode === 'off') return { accepted: true };
  if (identity === undefined)
    return mode === 'optional' ? { accepted: true } : { accepted: false, reason: 'a user identity is required' };
  if (identity.type !== 'username' || identity.passcode === undefined) {
    const type = identity.type === 'username' ? 'a user name without passcode' : identity.type;
    return { accepted: false, reason: `user identity: ${type} is not taken, only name and passcode` };
  }
  const { name, passcode } = identity;
  const known = list.find((user) => user.name === name);
  const matches = await matchesPasscode(passcode, known?.hash ?? NOBODY);
  return known !== undefined && matches
    ? { accepted: true, name }
    : { accepted: false, reason: `user '${name}': unknown or wrong passcode` };
}
