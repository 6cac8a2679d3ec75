import { join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import { loadDemoIfEmpty } from '#main/host/demoPatient.ts';
import { parseStartOptions } from '#main/host/options.ts';
import { projectRoot } from '#main/host/paths.ts';
import { createServices } from '#main/host/services.ts';
import { createApp } from '#main/server/app.ts';
import { describeError } from '#shared/contract/errors.ts';
import { registerScheme, serveProtocol } from './protocol.ts';
import { lockDown } from './security.ts';
import { createWindow } from './window.ts';

/** The Electron shell from start to quit: one instance, the services, the protocol, the window. */
export async function runShell(argv: readonly string[]): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    process.stdout.write('isocenter is running already: its window comes to the front\n');
    app.quit();
    return;
  }
  registerScheme();
  lockDown();
  let window: BrowserWindow | undefined;
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  try {
    window = await open(argv);
  } catch (error) {
    dialog.showErrorBox('isocenter cannot start', describeError(error));
    app.exit(1);
  }
}

async function open(argv: readonly string[]): Promise<BrowserWindow> {
  const options = parseStartOptions(ownArguments(argv));
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const services = await createServices({
    archive: options.archive,
    shell: 'electron',
    aeTitle: options.aeTitle,
    dicom: { port: options.dicomPort, bind: options.bind, fallBack: options.dicomPort === undefined },
  });
  closeBeforeQuit(() => services.close());
  say(`Archive: ${services.archive.dir} (${await services.archive.count()} objects)`);
  say(`DICOM node: ${services.aeTitle} on ${services.dicom.settings.listening.bind}:${services.dicomPort}`);
  if (options.demo) await loadDemoIfEmpty(services.archive, say);
  serveProtocol(createApp(services, { access: { kind: 'trusted' }, pageDir: join(projectRoot(), 'out', 'renderer') }));
  return createWindow();
}

/** `electron [switches] APP [ours]`: what follows the application folder; a packaged executable has no such argument. */
export function ownArguments(argv: readonly string[]): string[] {
  if (app.isPackaged) return argv.slice(1);
  const folder = argv.findIndex((argument, i) => i > 0 && !argument.startsWith('-'));
  return folder < 0 ? [] : argv.slice(folder + 1);
}

/** Quitting waits until the archive is closed. */
function closeBeforeQuit(close: () => Promise<void>): void {
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}
