import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenAccess } from '#main/server/access.ts';
import { createApp } from '#main/server/app.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { findBrowser, hasDisplay, openAppWindow } from './browser.ts';
import { loadDemoIfEmpty } from './demoPatient.ts';
import { findElectron } from './electronRuntime.ts';
import { parseStartOptions, type StartOptions } from './options.ts';
import { projectRoot } from './paths.ts';
import { createServices } from './services.ts';
import { startWebHost } from './web.ts';

/** What `npm start` runs after setting up. Resolves to the exit status when the app has ended. */
export async function start(argv: readonly string[]): Promise<number> {
  try {
    const options = parseStartOptions(argv);
    if (options.help) {
      process.stdout.write(readFileSync(join(projectRoot(), 'resources', 'start-help.txt')));
      return 0;
    }
    const say = (text: string): void => void process[options.json ? 'stderr' : 'stdout'].write(`${text}\n`);
    const electron = options.open ? electronFor(say) : undefined;
    return electron ? await runElectron(electron, argv) : await runWebHost(options, say);
  } catch (error) {
    process.stderr.write(`error ${describeError(error)}\n`);
    return error instanceof IsocenterError && error.code === 'USAGE' ? 2 : 1;
  }
}

/** The Electron runtime if it can be used; otherwise says why not, in one line. */
function electronFor(say: (text: string) => void): string | undefined {
  const root = projectRoot();
  const electron = findElectron(root);
  if (!electron) say('Shell: web host, because no Electron runtime is installed (none is downloaded)');
  else if (!hasDisplay()) say('Shell: web host, because there is no display for Electron');
  else if (!existsSync(join(root, 'out', 'main', 'electron.js'))) say('Shell: web host, because out/main is not built');
  else {
    say(`Shell: Electron, whose runtime is at ${electron}`);
    return electron;
  }
  return undefined;
}

function runElectron(electron: string, argv: readonly string[]): Promise<number> {
  const child = spawn(electron, [projectRoot(), ...argv], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new IsocenterError('INTERNAL', error.message, { object: electron })));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runWebHost(options: StartOptions, say: (text: string) => void): Promise<number> {
  const services = await createServices({
    archive: options.archive,
    shell: 'web',
    aeTitle: options.aeTitle,
    dicom: { port: options.dicomPort, bind: options.bind, fallBack: options.dicomPort === undefined },
    onLog: ({ level, text }) => {
      if (level !== 'info') say(`${level}: ${text}`);
    },
  });
  try {
    say(`Archive: ${services.archive.dir} (${await services.archive.count()} objects)`);
    say(`DICOM node: ${services.aeTitle} on ${services.dicom.settings.listening.bind}:${services.dicomPort}`);
    await services.archive.prepare();
    if (options.demo) await loadDemoIfEmpty(services.archive, say);
    const access = tokenAccess();
    const app = createApp(services, { access, pageDir: join(projectRoot(), 'out', 'renderer') });
    const host = await startWebHost(app, { bind: '127.0.0.1', port: options.httpPort });
    const url = `${host.origin}/?token=${access.launchToken}`;
    try {
      if (options.json)
        process.stdout.write(
          `${JSON.stringify({ event: 'ready', dicom: services.dicomPort, http: host.origin, url, token: access.bearerToken })}\n`,
        );
      await showUntilClosed(options, url, say);
      return 0;
    } finally {
      await host.close();
    }
  } finally {
    await services.close();
  }
}

/** A window that closes sooner, and with an error, never appeared. */
const NEVER_APPEARED = 3000;

/** Shows the page in an app window, or says where it is; returns when the window was closed or we are told to stop. */
async function showUntilClosed(options: StartOptions, url: string, say: (text: string) => void): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const browser = options.open && hasDisplay() ? findBrowser() : undefined;
  if (browser) {
    say(`Window: ${browser}`);
    const window = await openAppWindow(browser, url);
    const first = await Promise.race([stopped, window.closed]);
    if (!first) {
      window.process.kill();
      await window.closed;
      return;
    }
    if (first.code === 0 || first.ms > NEVER_APPEARED) {
      say('Window closed: stopping');
      return;
    }
    say(`Window: ${browser} did not start (exit status ${first.code})`);
  } else if (options.open)
    say(hasDisplay() ? 'Window: no Chromium, Chrome or Edge was found' : 'Window: there is no display to open one on');
  say(`Open this address once in a browser on this machine: ${url}`);
  say('Press Ctrl+C to stop');
  await stopped;
}

if (import.meta.main) process.exitCode = await start(process.argv.slice(2));
