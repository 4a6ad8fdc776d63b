/** A web server for the files of a page, on a free port of this machine. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface FolderServer {
  /** Ends in a slash. */
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: readonly string[];
  /** Leaves what is asked from now on without an answer. */
  stall(): void;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Folders under other addresses than the root: `{ '/models/': 'models' }`. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Default: one that is free. */
  readonly port?: number;
  /** Whether pages are isolated from other origins, as threads need it. Default: true. */
  readonly isolated?: boolean;
  /** Text in front of every script whose path matches. */
  readonly prepend?: { readonly to: RegExp; readonly script: string };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Serves a folder until it is closed. */
export async function serveFolder(folder: string, options: ServeOptions = {}): Promise<FolderServer> {
  const requests: string[] = [];
  let stalled = false;
  const mounts = Object.entries({ ...options.mounts, '/': folder });
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push(path);
    if (stalled) return;
    const [prefix, root] = mounts.find(([mount]) => path.startsWith(mount))!;
    const file = join(root, normalize(`/${path.slice(prefix.length)}`));
    send(path.endsWith('/') ? join(file, 'index.html') : file, options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    stall: () => {
      stalled = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send(
  file: string,
  { isolated = true, prepend }: ServeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-store',
    ...(isolated && ISOLATION),
  });
  if (prepend?.to.test(request.url ?? '')) response.write(prepend.script);
  createReadStream(file).pipe(response);
}
