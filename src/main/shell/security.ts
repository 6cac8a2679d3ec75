import { app, type Session, type WebContents } from 'electron';
import { APP_ORIGIN } from './protocol.ts';

/** What the page may load: itself and what it made. Anything else, the network included, is cancelled. */
const OWN_SCHEMES = ['isocenter:', 'blob:', 'data:', 'devtools:'];

/** Applies to every web contents that ever comes to be, and to every session. */
export function lockDown(): void {
  app.enableSandbox();
  app.on('session-created', lockSession);
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
}

function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !OWN_SCHEMES.includes(new URL(url).protocol) }),
  );
}

function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
