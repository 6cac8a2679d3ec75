import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { projectRoot } from '#main/host/paths.ts';
import type { DicomNode } from '#main/host/security/dicomNode.ts';
import { createServices } from '#main/host/services.ts';
import { isLoopback, startWebHost, type WebTls } from '#main/host/web.ts';
import { tokenAccess } from '#main/server/access.ts';
import { createApp } from '#main/server/app.ts';
import { ARCHIVE_OPTION, archiveDir, archivePlaces } from '../options/archiveOption.ts';
import { type Arguments, parseAddress } from '../arguments.ts';
import type { Command } from '../command.ts';
import { NODE_HELP, NODE_OPTIONS, nodeOverrides } from '../options/serveOptions.ts';

export const command: Command = {
  usage: '[--archive DIR] [--settings FILE] [--ae AET] [--port N] [--bind ADDR] [--http ADDR:PORT] [--open] …',
  help: [
    'Runs the DICOM node and DICOMweb under /dicom-web until SIGTERM or SIGINT, as the settings say (settings.json of the archive, or',
    '--settings FILE) and these options instead of them. Prints one line of JSON when ready:',
    '{"event":"ready","dicom":PORT,"tls":PORT,"http":URL,"token":TOKEN}.',
    NODE_HELP,
    '--index URL          postgresql://… of a shared index    --objects URL       a DICOMweb archive that holds the objects',
    '--http 127.0.0.1:0   address and port of the web host; beyond loopback it speaks HTTPS with --http-key F and --http-cert F',
    '                     (PEM; else with those of the node), or plain HTTP where --http-plain says so',
    '--open               DICOMweb without token (loopback only)',
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NODE_OPTIONS,
    settings: { type: 'string' },
    http: { type: 'string', default: '127.0.0.1:0' },
    'http-key': { type: 'string' },
    'http-cert': { type: 'string' },
    'http-plain': { type: 'boolean' },
    open: { type: 'boolean' },
  },
  async run(args, io) {
    const http = parseAddress(args.needText('http'), '--http');
    const open = args.flag('open');
    if (open && !isLoopback(http.host))
      throw new IsocenterError('USAGE', 'needs a loopback address for --http', { attribute: '--open' });
    const given = await webTls(args);
    const { aeTitle, ...dicom } = await nodeOverrides(args);
    const services = await createServices({
      archive: archiveDir(args),
      settings: args.text('settings'),
      shell: 'web',
      aeTitle,
      dicom,
      places: archivePlaces(args),
      onLog: ({ level, text }) => {
        if (level !== 'info') io.say(`${level}: ${text}`);
      },
    });
    try {
      await services.archive.prepare();
      const access = tokenAccess({ openDicomweb: open });
      const app = createApp(services, { access, pageDir: join(projectRoot(), 'out', 'renderer') });
      const tls = given ?? (isLoopback(http.host) || args.flag('http-plain') ? undefined : nodeTls(services.dicom));
      const host = await startWebHost(app, { bind: http.host, port: http.port, tls });
      try {
        const ready = {
          event: 'ready',
          dicom: services.dicomPort,
          tls: services.dicom.running.tls?.port,
          http: host.origin,
          token: access.bearerToken,
        };
        io.result(ready, JSON.stringify(ready));
        if (!io.signal.aborted)
          await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
      } finally {
        await host.close();
      }
    } finally {
      await services.close();
    }
  },
};

/** Beyond loopback the web host proves itself as the node does. @throws USAGE when that has no certificate */
function nodeTls({ identity: { material } }: DicomNode): WebTls {
  if (material?.key !== undefined && material.certificate !== undefined)
    return { key: material.key, certificate: material.certificate };
  throw new IsocenterError('USAGE', 'beyond loopback needs --http-key and --http-cert, or --http-plain', {
    attribute: '--http',
  });
}

async function webTls(args: Arguments): Promise<WebTls | undefined> {
  const [key, certificate] = [args.text('http-key'), args.text('http-cert')];
  if (key === undefined && certificate === undefined) return undefined;
  if (key === undefined || certificate === undefined)
    throw new IsocenterError('USAGE', '--http-key and --http-cert belong together', { attribute: '--http-key' });
  const read = async (file: string, attribute: string): Promise<string> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw new IsocenterError('NOT_FOUND', 'cannot be read', { object: file, attribute, cause: error });
    }
  };
  return { key: await read(key, '--http-key'), certificate: await read(certificate, '--http-cert') };
}
