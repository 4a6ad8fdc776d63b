/** The HTTP server: its limits, its start and its end. */
import { lookup } from 'node:dns/promises';
import { stat } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { expectThat, InputError } from '../../errors.ts';
import type { NetworkSettings } from '../../upscale/network.ts';
import { DEFAULT_MEMORY } from '../../upscale/upscale.ts';
import { systemCode, systemReason } from '../system.ts';
import { type Addresses, findAddresses } from './addresses.ts';
import { Admission } from './admission.ts';
import { type App, createApp } from './app.ts';
import { errorDocument, STATUS } from './http-error.ts';
import { Networks } from './networks.ts';
import { ownNames, protect } from './protection.ts';
import { Runs } from './runs.ts';

export interface ServerOptions extends Pick<NetworkSettings, 'device' | 'threads'> {
  /** Name or address to listen on. Default: 127.0.0.1, which only this machine can reach. */
  host?: string;
  /** Default: 8080; 0 takes a free one. */
  port?: number;
  /** Other names of the server than `host` and those of this machine, such as that of a proxy before it. */
  allowedHosts?: readonly string[];
  /** Models that come before those that ship: checkpoint files, or names of shipped ones. */
  models?: readonly string[];
  /** Folder of trainings to show. Default: none. */
  runs?: string;
  /** Folder of the page. Default: the one that comes with sisr. */
  page?: string;
  /** Largest picture that is taken, in pixels. Default: 4096 × 4096. */
  limitPixels?: number;
  /** Largest picture file that is taken, in bytes. Default: 32 MiB. */
  limitBytes?: number;
  /** Pictures that may wait while one is enlarged. Default: 8. */
  queue?: number;
  /** Seconds for a picture to wait for its turn, and again for it to be enlarged. Default: 300. */
  seconds?: number;
  /** Seconds for a picture to arrive, for its result to be fetched, and for other answers to get on. Default: 60. */
  transferSeconds?: number;
  /** Bytes that the process should stay under while it enlarges. Default: 2 GiB. */
  memory?: number;
  /** Is told of errors that are no request's fault. Default: prints them. */
  onError?: (error: unknown) => void;
}

export const SERVER_DEFAULTS = {
  host: '127.0.0.1',
  port: 8080,
  allowedHosts: [],
  models: [],
  page: fileURLToPath(new URL('../../../dist/app/', import.meta.url)),
  limitPixels: 4096 * 4096,
  limitBytes: 32 * 1024 ** 2,
  queue: 8,
  seconds: 300,
  transferSeconds: 60,
  memory: DEFAULT_MEMORY,
  onError: (error: unknown) => console.error(error),
} as const satisfies ServerOptions;

type Settings = ServerOptions & Required<Pick<ServerOptions, keyof typeof SERVER_DEFAULTS>>;

/** A server that listens. Its addresses are those of the page; the API is at `api/` below them. */
export interface Server extends Addresses {
  /** Whether only this machine can reach it. */
  readonly loopback: boolean;
  /** Stops: pictures that wait are refused, the one that is being enlarged may take `graceSeconds` (5) more. */
  close(graceSeconds?: number): Promise<void>;
}

/** Connections at once, those included that only fetch files. */
const MAX_CONNECTIONS = 256;
const HEADERS_SECONDS = 10;

/**
 * Starts a server of the page, the models and the API (docs/http.md).
 *
 * @throws {InputError} for numbers that make no sense, where a model cannot be read, or the address cannot be listened
 *   on
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const settings: Settings = { ...SERVER_DEFAULTS, ...options };
  checkNumbers(settings);
  const networks = await Networks.find(settings.models, settings);
  try {
    return await start(settings, networks);
  } catch (error) {
    await networks.dispose();
    throw error;
  }
}

async function start(settings: Settings, networks: Networks): Promise<Server> {
  const { host, port, queue, seconds, transferSeconds } = settings;
  // What works for "auto" shows when it is needed; a device that was named has to work.
  if (settings.device && settings.device !== 'auto') await networks.network(networks.models[0]!);
  const admission = new Admission({ places: 1 + queue, seconds, transferSeconds });
  const runs = settings.runs === undefined ? undefined : await openRuns(settings.runs);
  const address = await resolveHost(host);
  const loopback = address === '::1' || address.startsWith('127.');
  const names = ownNames(host, loopback, settings.allowedHosts);
  const app = createApp({ ...settings, networks, admission, limits: settings, runs, names });
  const http = await listen(app, { address, port, transferSeconds });
  http.on('error', settings.onError);
  return {
    ...findAddresses(host, http.address() as AddressInfo),
    loopback,
    close: (graceSeconds = 5) => close(http, networks, admission, graceSeconds),
  };
}

/** Numbers with which every request would fail, or none would end. */
function checkNumbers(settings: Settings): void {
  const { port, queue, threads } = settings;
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65535;
  expectThat(isPort, 'port', 'a whole number from 0 to 65535', port);
  expectThat(Number.isSafeInteger(queue) && queue >= 0, 'queue', 'a whole number of 0 or more', queue);
  const areThreads = threads === undefined || (Number.isSafeInteger(threads) && threads > 0);
  expectThat(areThreads, 'threads', 'a whole number of 1 or more', threads);
  for (const name of ['limitPixels', 'limitBytes', 'seconds', 'transferSeconds', 'memory'] as const) {
    const value = settings[name];
    expectThat(Number.isFinite(value) && value > 0, name, 'a finite number above 0', value);
  }
}

/** A folder that is not there yet will be, when the first training begins. */
async function openRuns(folder: string): Promise<Runs> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new InputError(`${folder}: expected a folder of trainings, found a file`);
  return new Runs(folder);
}

async function resolveHost(host: string): Promise<string> {
  const found = host === '' ? undefined : await lookup(host).catch(() => undefined);
  if (!found) throw new InputError(`host "${host}": expected an address, or a name that has one`);
  return found.address;
}

function listen(
  app: App,
  where: { address: string; port: number; transferSeconds: number },
): Promise<HttpServer> {
  const { address, port, transferSeconds } = where;
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) =>
      protect(
        Response.json(errorDocument('bad_request', `not a valid request (${(error as Error).message})`), {
          status: STATUS.bad_request,
        }),
      ),
  });
  // Admission limits pictures; these limits are for everything else, and for what comes before.
  const http = createHttpServer(
    {
      headersTimeout: 1000 * HEADERS_SECONDS,
      requestTimeout: 1000 * (HEADERS_SECONDS + transferSeconds),
      connectionsCheckingInterval: 1000,
    },
    listener,
  );
  http.timeout = 1000 * transferSeconds;
  http.on('request', (_, response: ServerResponse) => cutOffIdle(response));
  http.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(cannotListen(error, address, port));
    http.once('error', refuse);
    http.listen(port, address, () => {
      http.off('error', refuse);
      resolve(http);
    });
  });
}

/** Ends the connection where the client takes nothing of its answer; where it waits for one, it may. */
function cutOffIdle(response: ServerResponse): void {
  response.on('timeout', (socket: Socket) => {
    if (response.writableLength > 0) socket.destroy();
  });
}

function cannotListen(error: Error, address: string, port: number): InputError {
  if (systemCode(error) === 'EADDRINUSE')
    return new InputError(`port ${port} of ${address} is in use; port 0 takes a free one`);
  return new InputError(`${address}, port ${port}: cannot be listened on (${systemReason(error)})`);
}

async function close(
  http: HttpServer,
  networks: Networks,
  admission: Admission,
  graceSeconds: number,
): Promise<void> {
  http.close();
  admission.close();
  await Promise.race([admission.empty(), delay(1000 * graceSeconds, undefined, { ref: false })]);
  admission.abort();
  // A tile is being enlarged perhaps: ONNX Runtime would end the process if it was taken away under it.
  await admission.empty();
  await networks.dispose();
  http.closeAllConnections();
}
