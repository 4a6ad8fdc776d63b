/** What keeps other web sites away from the server, and its page away from other sites. */
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { CONTENT_POLICY } from './content-policy.ts';
import { HttpError } from './http-error.ts';

/** Names that only this machine can mean. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Headers of every answer: nothing from elsewhere is loaded, run or told, and the page is isolated from other
 * origins, which WebAssembly needs for threads.
 */
export function protectedHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      ...CONTENT_POLICY,
      frameAncestors: ["'none'"],
    },
    crossOriginEmbedderPolicy: true,
    // TLS, if there is any, is the business of the proxy before this server.
    strictTransportSecurity: false,
    xFrameOptions: 'DENY',
  });
}

/** Gives an answer those headers that no route has given. */
export async function protect(answer: Response): Promise<Response> {
  return new Hono()
    .use(protectedHeaders())
    .get('/', () => answer)
    .request('/');
}

/** How requests may name this server. */
export interface OwnNames {
  /** Host names without port. */
  names: readonly string[];
  /** Whether addresses will do, too: a web site cannot make an address point elsewhere. */
  addresses: boolean;
}

/**
 * Refuses requests under names that are not this server's. A web site whose name is made to point at this machine
 * (DNS rebinding) would otherwise count as this server's own page.
 */
export function ownHost({ names, addresses }: OwnNames): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    const name = hostName(host);
    if (!names.includes(name) && !(addresses && isAddress(name)))
      throw new HttpError(
        'wrong_host',
        `this server does not go by the name of ${host || 'nothing'}: expected its own, or one of --allow-host`,
      );
    await next();
  };
}

/** How a server is named that listens on `host`. */
export function ownNames(host: string, loopback: boolean, allowed: readonly string[]): OwnNames {
  const machine = hostname();
  const names = [
    ...LOOPBACK_NAMES,
    host.includes(':') ? `[${host}]` : host,
    ...(loopback ? [] : [machine, `${machine.split('.')[0]}.local`]),
    ...allowed,
  ];
  // What is no name counts for none: every request without one would carry it.
  return { names: names.map(hostName).filter((name) => name !== ''), addresses: !loopback };
}

/** Refuses requests that change or compute something where another site's page sends them. */
export function ownOrigin(): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!reads && origin !== undefined && !sameHost(origin, c.req.header('host')))
      throw new HttpError('foreign_origin', `requests from pages of ${origin} are refused`);
    await next();
  };
}

function sameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** The name in a Host header; empty where it is none. */
function hostName(host: string): string {
  const url = `http://${host}`;
  return /^[^/\\@?#\s]+$/.test(host) && URL.canParse(url) ? new URL(url).hostname : '';
}

function isAddress(name: string): boolean {
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}
