import fc from 'fast-check';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllowed } from '#main/cli/options/serveOptions.ts';
import {
  checkIdentity,
  checkTrusted,
  describeCertificate,
  readCertificates,
} from '#main/host/security/certificates.ts';
import { hashPasscode, matchesPasscode, NOBODY } from '#main/host/security/passcodes.ts';
import { startWebHost } from '#main/host/web.ts';
import { type Authority, makeAuthority } from '#test/peers/harness/certificates.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { scratch } from '../../archive/objects.ts';

describe.skipIf(peerMissing('openssl'))('certificates', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let ca: Authority;
  beforeAll(async () => {
    folder = await scratch();
    ca = makeAuthority(folder.dir, 'clinic');
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('are judged in words', () => {
    const problems = (pem: string, now?: number) =>
      describeCertificate(readCertificates(pem, { attribute: 'x' })[0], now).problems.join('; ');
    const day = 86_400_000;
    const fresh = ca.issue('fresh', { days: 100 });
    expect(problems(fresh.certificate)).toBe('');
    expect(problems(fresh.certificate, Date.now() + 80 * day)).toMatch(/^expires on \d{4}-\d\d-\d\d$/);
    expect(problems(fresh.certificate, Date.now() + 101 * day)).toMatch(/^expired on/);
    expect(problems(fresh.certificate, Date.now() - 2 * day)).toMatch(/^not valid before/);
    expect(problems(ca.issue('weak', { rsaBits: 1024 }).certificate)).toContain('1024 bits is too weak');
    expect(describeCertificate(readCertificates(fresh.certificate, { attribute: 'x' })[0])).toMatchObject({
      subject: 'O=Test, CN=fresh',
      issuer: 'CN=clinic',
      key: 'EC prime256v1',
    });
  });

  it('are taken as ours only when key and certificate belong together and hold', () => {
    const [one, other] = [ca.issue('one', { days: 100 }), ca.issue('other')];
    expect(checkIdentity(one.key, one.certificate).subject).toContain('CN=one');
    for (const [key, certificate, attribute] of [
      [other.key, one.certificate, 'key'],
      ['no key', one.certificate, 'key'],
      ['-----BEGIN ENCRYPTED PRIVATE KEY-----\n', one.certificate, 'key'],
      [one.key, 'no certificate', 'certificate'],
      [one.key, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'certificate'],
    ])
      expect(() => checkIdentity(key, certificate)).toThrow(
        expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute }),
      );
    const old = ca.issue('old', { days: -1 });
    expect(() => checkIdentity(old.key, old.certificate)).toThrow(/expired/);
  });

  it('are trusted when self-signed or with their issuer, and no others', () => {
    const [root, leaf, stranger] = [ca.certificate, ca.issue('leaf').certificate, makeAuthority(folder.dir, 'other').certificate]
      .map((pem) => readCertificates(pem, { attribute: 'x' })[0]); // biome-ignore format: a list
    expect(() => checkTrusted([root, stranger], 'ca')).not.toThrow();
    expect(() => checkTrusted([leaf, root], 'ca')).not.toThrow();
    expect(() => checkTrusted([leaf, stranger], 'ca')).toThrow(/trust its issuer instead: CN=clinic/);
  });

  it('make the web host speak HTTPS, and nothing else', async () => {
    const { key, certificate } = ca.issue('web');
    const host = await startWebHost(async ({ url }) => new Response(new URL(url).protocol), {
      bind: '127.0.0.1',
      port: 0,
      tls: { key, certificate },
    });
    try {
      expect(host.origin).toMatch(/^https:/);
      const answer = await new Promise<string>((resolve, reject) => {
        request(`${host.origin}/`, { ca: ca.certificate, checkServerIdentity: () => undefined }, (response) => {
          response.setEncoding('utf8').on('data', resolve);
        })
          .on('error', reject)
          .end();
      });
      expect(answer).toBe('https:');
      await expect(fetch(host.origin.replace('https', 'http'))).rejects.toThrow();
    } finally {
      await host.close();
    }
  });
});

describe('passcodes', () => {
  it('match their own hash, never another, and each hash has a salt of its own', async () => {
    const [one, two] = [await hashPasscode('Grüße'), await hashPasscode('Grüße')];
    expect(one).not.toBe(two);
    expect(await matchesPasscode('Grüße', one)).toBe(true);
    expect(await matchesPasscode('Gru\u0308ße', two)).toBe(true);
    expect(await matchesPasscode('grüße', one)).toBe(false);
    for (const bad of [NOBODY, '', 'scrypt:1:1', `${one}A`, one.replace('scrypt:16384', 'scrypt:99999999999')])
      expect(await matchesPasscode('Grüße', bad), bad).toBe(false);
  });
});

describe('--allow', () => {
  it('is a title, an address or both, and anything else is a usage error', () => {
    expect(parseAllowed('PACS')).toEqual({ aeTitle: 'PACS' });
    expect(parseAllowed('PACS@10.1.0.0/16')).toEqual({ aeTitle: 'PACS', address: '10.1.0.0/16' });
    expect(parseAllowed('@fe80::1')).toEqual({ address: 'fe80::1' });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.string(), fc.string()).map((parts) => parts.join('@')),
        ),
        (text) => {
          try {
            const entry = parseAllowed(text);
            expect(entry.aeTitle ?? entry.address).toBeDefined();
          } catch (error) {
            expect(error).toMatchObject({ code: 'USAGE', attribute: '--allow' });
          }
        },
      ),
    );
  });
});
