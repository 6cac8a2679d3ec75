import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './missing.ts';
import type { TlsMaterial } from '#main/network/tls/material.ts';

/** A key and a certificate as files and as text. */
export interface MadeCertificate {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly key: string;
  readonly certificate: string;
}

export interface Authority extends MadeCertificate {
  /** A certificate of this authority; `days` may be negative: then it has expired. */
  issue(name: string, options?: { readonly days?: number; readonly rsaBits?: number }): MadeCertificate;
}

function openssl(args: readonly string[]): void {
  const program = findProgram('openssl');
  if (program === undefined) throw new Error('openssl is not installed');
  execFileSync(program, args, { stdio: 'pipe' });
}

const read = (keyFile: string, certificateFile: string): MadeCertificate => ({
  keyFile,
  certificateFile,
  key: readFileSync(keyFile, 'utf8'),
  certificate: readFileSync(certificateFile, 'utf8'),
});

const algorithm = (rsaBits: number | undefined): string[] =>
  rsaBits === undefined ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : ['-newkey', `rsa:${rsaBits}`];

/** An authority of our own in `folder`, made by the openssl program. */
export function makeAuthority(folder: string, name: string): Authority {
  const place = (file: string): string => join(folder, file);
  const [keyFile, certificateFile] = [place(`${name}-key.pem`), place(`${name}.pem`)];
  openssl(['req', '-x509', ...algorithm(undefined), '-noenc', '-days', '10', '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', certificateFile]); // biome-ignore format: a command line
  return {
    ...read(keyFile, certificateFile),
    issue(subject, { days = 10, rsaBits } = {}) {
      const [key, request, certificate] = ['-key.pem', '.csr', '.pem'].map((end) => place(`${name}-${subject}${end}`));
      openssl(['req', '-new', ...algorithm(rsaBits), '-noenc', '-subj', `/O=Test/CN=${subject}`, '-keyout', key, '-out', request]); // biome-ignore format: a command line
      // OpenSSL 3.0 takes no negative validity in x509 -req; `ca` takes dates.
      const [from, to] = days < 0 ? [20 - days, days] : [1, days];
      writeFileSync(place('index.txt'), '');
      const configuration = place('ca.cnf');
      writeFileSync(
        configuration,
        `[ca]\ndefault_ca=own\n[own]\ndatabase=${place('index.txt')}\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\norganizationName=optional\ncommonName=supplied\n`,
      );
      openssl(['ca', '-batch', '-notext', '-config', configuration, '-cert', certificateFile, '-keyfile', keyFile, '-startdate', day(-from), '-enddate', day(to), '-in', request, '-out', certificate]); // biome-ignore format: a command line
      return read(key, certificate);
    },
  };
}

/** YYYYMMDDhhmmssZ, `days` from now. */
const day = (days: number): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`;

export const materialOf = ({ key, certificate }: MadeCertificate, authority: MadeCertificate): TlsMaterial => ({
  key,
  certificate,
  ca: authority.certificate,
});
