import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { projectRoot } from '#main/host/paths.ts';
import { createServices } from '#main/host/services.ts';
import { isLoopback, startWebHost } from '#main/host/web.ts';
import { tokenAccess } from '#main/server/access.ts';
import { createApp } from '#main/server/app.ts';
import { ARCHIVE_OPTION, archiveDir } from '../archiveOption.ts';
import { checkAeTitle, parseAddress } from '../arguments.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: '[--archive DIR] [--ae AET] [--port N] [--bind ADDR] [--http ADDR:PORT] [--open]',
  help: [
    'Runs the DICOM node (C-ECHO, C-STORE) and DICOMweb under /dicom-web until SIGTERM or SIGINT.',
    'Prints one line of JSON when ready: {"event":"ready","dicom":PORT,"http":URL,"token":TOKEN}.',
    '--port 11112         DICOM port, 0 for any free one       --bind 127.0.0.1   address of the DICOM node',
    '--http 127.0.0.1:0   address and port of the web host     --open             DICOMweb without token (loopback only)',
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ae: { type: 'string' },
    port: { type: 'string', default: '11112' },
    bind: { type: 'string', default: '127.0.0.1' },
    http: { type: 'string', default: '127.0.0.1:0' },
    open: { type: 'boolean' },
  },
  async run(args, io) {
    const ae = args.text('ae');
    const http = parseAddress(args.needText('http'), '--http');
    const open = args.flag('open');
    if (open && !isLoopback(http.host))
      throw new IsocenterError('USAGE', 'needs a loopback address for --http', { attribute: '--open' });
    const services = await createServices({
      archive: archiveDir(args),
      shell: 'web',
      aeTitle: ae === undefined ? undefined : checkAeTitle(ae),
      dicom: { port: args.number('port', { min: 0, max: 65535, integer: true }) ?? 11112, bind: args.needText('bind') },
      onLog: ({ level, text }) => {
        if (level !== 'info') io.say(`${level}: ${text}`);
      },
    });
    try {
      const access = tokenAccess({ openDicomweb: open });
      const app = createApp(services, { access, pageDir: join(projectRoot(), 'out', 'renderer') });
      const host = await startWebHost(app, { bind: http.host, port: http.port });
      try {
        const ready = { event: 'ready', dicom: services.dicomPort, http: host.origin, token: access.bearerToken };
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
