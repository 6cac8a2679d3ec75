import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AssociationEvent } from '#main/network/associationEvents.ts';
import type { Listener } from '#main/network/listen.ts';
import { listen } from '#main/network/listen.ts';
import type { ListenOptions } from '#main/network/listenOptions.ts';
import type { TlsMaterial } from '#main/network/tls/material.ts';
import { connectTo } from '#main/services/peer.ts';
import { echo, verificationHandler } from '#main/services/echo.ts';
import { IMPLICIT, VERIFICATION } from '../scriptedPeer.ts';

let folder: string;
let own: TlsMaterial;
let stranger: TlsMaterial;
let expired: TlsMaterial;

/** A key and a certificate: of an authority, or signed by one. */
function certificate(name: string, issuer?: string, from?: { start: string; end: string }) {
  const file = (suffix: string) => join(folder, `${name}.${suffix}`);
  const run = (...parameters: string[]) => execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' });
  run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('key'));
  const subject = ['-subj', `/O=Clinic/CN=${name}`];
  if (issuer === undefined) {
    run('req', '-x509', '-new', '-key', file('key'), ...subject, '-days', '30', '-out', file('pem'));
  } else if (from === undefined) {
    run('req', '-new', '-key', file('key'), ...subject, '-out', file('csr'));
    const by = ['-CA', join(folder, `${issuer}.pem`), '-CAkey', join(folder, `${issuer}.key`), '-CAcreateserial'];
    run('x509', '-req', '-in', file('csr'), ...by, '-days', '30', '-out', file('pem'));
  } else {
    run('req', '-new', '-key', file('key'), ...subject, '-out', file('csr'));
    writeFileSync(file('txt'), '');
    writeFileSync(file('serial'), '01\n');
    writeFileSync(
      file('cnf'),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${file('txt')}\nserial=${file('serial')}\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\norganizationName=optional\n`,
    );
    const by = ['-cert', join(folder, `${issuer}.pem`), '-keyfile', join(folder, `${issuer}.key`)];
    const dates = ['-startdate', from.start, '-enddate', from.end];
    run('ca', '-batch', '-notext', '-config', file('cnf'), ...by, ...dates, '-in', file('csr'), '-out', file('pem'));
  }
  return { key: readFileSync(file('key'), 'utf8'), certificate: readFileSync(file('pem'), 'utf8') };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isocenter-tls-'));
  const ca = certificate('authority').certificate;
  own = { ...certificate('node', 'authority'), ca };
  stranger = { ...certificate('stranger'), ca };
  expired = { ...certificate('old', 'authority', { start: '20200101000000Z', end: '20210101000000Z' }), ca };
});
afterAll(() => rmSync(folder, { recursive: true }));

const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function serve(options: Partial<ListenOptions>) {
  const events: AssociationEvent[] = [];
  const listener = await listen({
    port: 0,
    host: '127.0.0.1',
    aeTitle: 'ISOCENTER',
    handlers: [verificationHandler],
    onEvent: (event) => events.push(event),
    ...options,
  });
  listeners.push(listener);
  return { events, peer: { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: listener.port, tls: true }, listener };
}

const caller = (tls?: TlsMaterial) => ({ callingAe: 'CALLER', tls });

describe('TLS (PS3.15 B.9 and after)', () => {
  test('both sides show a certificate and know the other', async () => {
    const { peer, events } = await serve({ tls: { ...own, mutual: true } });
    const association = await connectTo(peer, caller(own), {
      contexts: [{ abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] }],
    });
    expect(association.peer.tls).toMatchObject({ protocol: 'TLSv1.3', subject: 'O=Clinic, CN=node' });
    expect(association.peer.tls?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    await association.release();
    expect(events[0]).toMatchObject({ kind: 'accepted', peer: { tls: { subject: 'O=Clinic, CN=node' } } });
    expect((await echo(peer, caller(own))).status).toBe(0);
  });

  test.each(['bcp195', 'bcp195-nd', 'bcp195-ex'] as const)('profile %s', async (profile) => {
    const { peer } = await serve({ tls: { ...own, profile, mutual: true } });
    expect((await echo(peer, caller({ ...own, profile }))).status).toBe(0);
  });

  test('a requestor may show none where it need not', async () => {
    const { peer } = await serve({ tls: { ...own, mutual: false } });
    expect((await echo(peer, caller({ ca: own.ca }))).status).toBe(0);
  });

  test('no certificate, one of a stranger, an expired one: refused, and said on both sides', async () => {
    const { peer, events } = await serve({ tls: { ...own, mutual: true } });
    const rejected = (tls: TlsMaterial) => expect(echo(peer, caller(tls))).rejects;
    await rejected({ ca: own.ca }).toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/^TLS: /) as string,
    });
    await rejected(stranger).toMatchObject({ code: 'NETWORK', message: expect.stringMatching(/^TLS: /) as string });
    await rejected(expired).toMatchObject({ code: 'NETWORK', message: expect.stringMatching(/^TLS: /) as string });
    expect(new Set(events.map((event) => event.kind === 'refused' && event.address))).toEqual(new Set(['127.0.0.1']));
    expect(events.map((event) => event.kind === 'refused' && event.reason)).toEqual([
      'TLS: the peer showed no certificate',
      "TLS: the peer's certificate is self-signed and not among the trusted ones",
      "TLS: the peer's certificate has expired",
    ]);
  });

  test.each<[string, () => TlsMaterial, string]>([
    ['expired', () => expired, "TLS: the peer's certificate has expired"],
    ['of a stranger', () => stranger, "TLS: the peer's certificate is self-signed and not among the trusted ones"],
  ])('an acceptor whose certificate is %s', async (_what, material, message) => {
    const { peer } = await serve({ tls: { ...material(), mutual: false } });
    await expect(echo(peer, caller(own))).rejects.toMatchObject({ code: 'NETWORK', message });
  });

  test('TLS to a plain port and plain to a TLS port', async () => {
    const plain = await serve({});
    await expect(echo(plain.peer, caller(own))).rejects.toMatchObject({
      code: 'NETWORK',
      message: 'TLS: the peer does not speak TLS',
    });
    const secure = await serve({ tls: { ...own, mutual: true } });
    await expect(echo({ ...secure.peer, tls: false }, caller())).rejects.toMatchObject({ code: 'ASSOCIATION_ABORTED' });
    expect(secure.events).toMatchObject([{ kind: 'refused', reason: 'TLS: the peer does not speak TLS' }]);
  });

  test('who never finishes the handshake is closed by ARTIM, and closing does not wait for it', async () => {
    const { peer, events } = await serve({ tls: { ...own, mutual: true }, limits: { artimMs: 40 } });
    const socket = connect(peer.port, '127.0.0.1').resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(events).toMatchObject([{ kind: 'refused', reason: 'TLS: the TLS handshake was not finished in time' }]);
    const { listener, peer: other } = await serve({ tls: { ...own, mutual: true } });
    const idle = connect(other.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    await listener.close();
    idle.destroy();
  });

  test('material that does not fit, or none where it is needed', async () => {
    const wrong = { ...own, key: stranger.key };
    await expect(serve({ tls: { ...wrong, mutual: true } })).rejects.toMatchObject({ code: 'NETWORK' });
    const { peer } = await serve({ tls: { ...own, mutual: true } });
    await expect(echo(peer, caller(wrong))).rejects.toMatchObject({ code: 'NETWORK' });
    await expect(echo(peer, caller())).rejects.toThrow('no trusted certificates');
  });
});
