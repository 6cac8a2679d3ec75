import { createHash, type X509Certificate } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { TlsMaterial } from '#main/network/tls/material.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { CertificateInfo } from '#shared/contract/rpc/security.ts';
import type { Settings } from '../settingsSchema.ts';
import { checkIdentity, describeCertificate, isAnchored, readCertificates } from './certificates.ts';

type TlsSettings = Settings['tls'];

/** Where what people import is kept, relative to the settings. */
const FOLDER = 'security';

/** Our key and certificate and whom we trust, as the settings name them. */
export interface OwnIdentity {
  /** For calls; absent when the settings name no file at all. */
  readonly material: TlsMaterial | undefined;
  readonly own: CertificateInfo | undefined;
  readonly trusted: readonly CertificateInfo[];
  /** Why it cannot be used, if so. */
  readonly problem: IsocenterError | undefined;
}

/** Reads the files; what is wrong with them is told and not thrown, for the rest of the node works without. */
export async function readOwnIdentity(folder: string, tls: TlsSettings): Promise<OwnIdentity> {
  let own: CertificateInfo | undefined;
  let trusted: CertificateInfo[] = [];
  try {
    const ca = tls.ca === undefined ? undefined : await readPem(folder, tls.ca, 'tls.ca');
    if (ca !== undefined) trusted = describeTrusted(readCertificates(ca, { attribute: 'tls.ca' }));
    const certificate =
      tls.certificate === undefined ? undefined : await readPem(folder, tls.certificate, 'tls.certificate');
    if (certificate !== undefined)
      own = describeCertificate(readCertificates(certificate, { attribute: 'tls.certificate' })[0]);
    const key = tls.key === undefined ? undefined : await readPem(folder, tls.key, 'tls.key');
    if ((key === undefined) !== (certificate === undefined))
      throw new IsocenterError('INVALID_ATTRIBUTE', 'key and certificate belong together', { attribute: 'tls.key' });
    if (key !== undefined && certificate !== undefined) checkIdentity(key, certificate);
    const isEmpty = key === undefined && ca === undefined;
    const material = isEmpty ? undefined : { key, certificate, ca: ca ?? '', profile: tls.profile };
    return { material, own, trusted, problem: undefined };
  } catch (error) {
    const problem =
      error instanceof IsocenterError ? error : new IsocenterError('INTERNAL', 'cannot be used', { cause: error });
    return { material: undefined, own, trusted, problem };
  }
}

function describeTrusted(all: readonly X509Certificate[]): CertificateInfo[] {
  return all.map((each) => {
    const info = describeCertificate(each);
    const problem = `vouches for nobody, for its issuer is not trusted: ${info.issuer}`;
    return isAnchored(each, all) ? info : { ...info, problems: [...info.problems, problem] };
  });
}

/**
 * Writes a PEM file of ours beside the settings, readable by its owner only. Its name comes from what is in it, so that the
 * settings change from one file to another in one step and never name half a change.
 * @returns the path relative to the settings
 */
export async function writePem(folder: string, what: string, text: string): Promise<string> {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const file = join(FOLDER, `${what}-${digest}.pem`);
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.part`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text.endsWith('\n') ? text : `${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, 0o600);
  await rename(draft, path);
  return file;
}

/** Removes files of ours that the settings no longer name; those that people keep elsewhere are left alone. */
export async function removePems(folder: string, before: Partial<TlsSettings>, after: TlsSettings): Promise<void> {
  for (const name of ['key', 'certificate', 'ca'] as const) {
    const old = before[name];
    if (old !== undefined && old !== after[name] && dirname(old) === FOLDER)
      await rm(join(folder, old), { force: true });
  }
}

/** @throws STORAGE naming file and setting */
export async function readPem(folder: string, file: string, attribute: string): Promise<string> {
  const path = resolve(folder, file);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new IsocenterError('STORAGE', 'cannot be read', { object: path, attribute, cause: error });
  }
}
