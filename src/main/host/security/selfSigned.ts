import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IsocenterError } from '#shared/contract/errors.ts';

const run = promisify(execFile);

/**
 * A new P-256 key and a certificate signed with it, for a node that no authority vouches for: its peers have to be given
 * the certificate itself. Both in PEM. Node has no writer of certificates, so that the `openssl` program does it.
 * @throws NOT_FOUND when that is not installed
 */
export async function makeSelfSigned(
  commonName: string,
  hosts: readonly string[],
  days: number,
): Promise<{ key: string; certificate: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'isocenter-certificate-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  try {
    await run('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-sha256',
      '-days', String(days), '-keyout', key, '-out', certificate,
      '-subj', `/O=isocenter/CN=${commonName.replaceAll(/[\\/+=]/g, '\\$&')}`,
      '-addext', `subjectAltName=${names.join(',')}`,
      '-addext', 'keyUsage=critical,digitalSignature,keyCertSign',
      '-addext', 'extendedKeyUsage=serverAuth,clientAuth',
    ]); // biome-ignore format: a command line
    return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new IsocenterError('NOT_FOUND', 'is needed to make a certificate and is not installed', {
        object: 'openssl',
      });
    throw new IsocenterError('INTERNAL', 'could not make a certificate', { object: 'openssl', cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
