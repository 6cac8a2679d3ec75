import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** Who may ask: `trusted` callers are the shell's own window; others prove themselves by token. */
export type Access = { readonly kind: 'trusted' } | TokenAccess;

export interface TokenAccess {
  readonly kind: 'token';
  /** Opens the page once (`/?token=…`); the browser gets a cookie in exchange. */
  readonly launchToken: string;
  /** `Authorization: Bearer …` for programs. */
  readonly bearerToken: string;
  /** DICOMweb needs no token; only for a host bound to loopback. */
  readonly openDicomweb: boolean;
  /** Names beside IP addresses, `localhost` and this machine's name under which we answer. */
  readonly hostNames: readonly string[];
}

export function tokenAccess(options: { openDicomweb?: boolean; hostNames?: readonly string[] } = {}): TokenAccess {
  return {
    kind: 'token',
    launchToken: randomBytes(24).toString('base64url'),
    bearerToken: randomBytes(24).toString('base64url'),
    openDicomweb: options.openDicomweb ?? false,
    hostNames: options.hostNames ?? [],
  };
}

const COOKIE = 'isocenter_session';

/** Checks every request: Host (DNS rebinding), Origin (other sites), then token, cookie or bearer. */
export function accessControl(access: Access): MiddlewareHandler {
  if (access.kind === 'trusted') return (_context, next) => next();
  const sessions = new Set<string>();
  let launched = false;

  return async (context, next) => {
    const url = new URL(context.req.url);
    if (!isOurHost(url.hostname, access.hostNames)) return context.text('This is not the name of this service.', 421);
    if (isForeign(context.req.raw, url)) return context.text('Requests from other sites are refused.', 403);

    const token = url.pathname === '/' ? url.searchParams.get('token') : null;
    if (token !== null) {
      if (launched || !sameSecret(token, access.launchToken)) {
        deleteCookie(context, COOKIE);
        return context.text('This link was used before or is not valid. Start isocenter again to get a new one.', 401);
      }
      launched = true;
      const session = randomBytes(24).toString('base64url');
      sessions.add(session);
      setCookie(context, COOKIE, session, {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        secure: url.protocol === 'https:',
      });
      return context.redirect('/', 303);
    }

    const session = getCookie(context, COOKIE);
    const bearer = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    const open = access.openDicomweb && url.pathname.startsWith('/dicom-web/');
    const known = open || (session !== undefined && sessions.has(session));
    if (!known && (bearer === undefined || !sameSecret(bearer, access.bearerToken)))
      return context.text('Open isocenter by the link it printed, or send its bearer token.', 401, {
        'WWW-Authenticate': 'Bearer',
      });
    return next();
  };
}

/** An address cannot be rebound by a foreign name server, a name can. */
function isOurHost(name: string, extra: readonly string[]): boolean {
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
  return isIP(bare) !== 0 || ['localhost', hostname().toLowerCase(), ...extra].includes(bare);
}

/** Whether a browser sent this for a page of another origin. */
function isForeign(request: Request, url: URL): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== url.origin) return true;
  const site = request.headers.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}

/** Comparison whose time says nothing about how much is right. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
