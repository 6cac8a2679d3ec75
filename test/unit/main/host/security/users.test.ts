import { describe, expect, it } from 'vitest';
import { hashPasscode } from '#main/host/security/passcodes.ts';
import { createUserJudge } from '#main/host/security/users.ts';

describe('users of other nodes', () => {
  it('prove themselves by name and passcode, as the mode wants it', async () => {
    const judge = createUserJudge();
    const list = [
      { name: 'planner', hash: await hashPasscode('one') },
      { name: 'physicist', hash: await hashPasscode('two') },
    ];
    const as = (name: string, passcode?: string) => ({ type: 'username' as const, name, passcode });
    const verdict = async (mode: 'off' | 'optional' | 'required', identity?: Parameters<typeof judge>[1]) =>
      (await judge({ mode, list }, identity)).accepted;
    expect(await judge({ mode: 'required', list }, as('planner', 'one'))).toEqual({ accepted: true, name: 'planner' });
    for (const identity of [
      as('planner', 'two'),
      as('planner', ''),
      as('planner'),
      as('', 'one'),
      { type: 'jwt' as const, token: 'x' },
    ]) {
      expect(await verdict('required', identity)).toBe(false);
      expect(await verdict('optional', identity)).toBe(false);
      expect(await verdict('off', identity)).toBe(true);
    }
    expect(await verdict('required')).toBe(false);
    expect(await verdict('optional')).toBe(true);
  });

  it('are forgotten with their passcode: what was right before is wrong from then on', async () => {
    const judge = createUserJudge();
    const identity = { type: 'username' as const, name: 'planner', passcode: 'one' };
    const users = async (passcode: string) => ({
      mode: 'required' as const,
      list: [{ name: 'planner', hash: await hashPasscode(passcode) }],
    });
    expect((await judge(await users('one'), identity)).accepted).toBe(true);
    expect((await judge(await users('other'), identity)).accepted).toBe(false);
    expect((await judge({ mode: 'required', list: [] }, identity)).accepted).toBe(false);
  });
});
