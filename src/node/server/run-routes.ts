/** `/api/runs`: trainings that go on or have ended, for the page that shows them. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { writeJson } from '../../train/json.ts';
import { notFound, sendFile } from './files.ts';
import { HttpError } from './http-error.ts';
import type { Runs } from './runs.ts';

/** Between two looks at the folder. Looking works on every file system, where being told of changes does not. */
const LOOK_MILLISECONDS = 1000;
/** Without news a comment is sent after so many looks: a connection that is gone shows only when something is sent. */
const QUIET_LOOKS = 15;
const MAX_LISTENERS = 64;

/** The routes below `/api/runs`. Without runs they say how to show some. */
export function runRoutes(runs: Runs | undefined): Hono {
  const routes = new Hono();
  if (!runs) {
    routes.get('*', () => {
      throw notFound('this server shows no trainings (--runs)');
    });
    return routes;
  }
  const listeners = new Set<symbol>();
  routes.get('/', async (c) => json(c, { runs: await runs.list() }));
  routes.get('/events', async (c, next) => {
    // It may also be the name of a run; and nobody would read the stream of a HEAD request.
    const listens = c.req.method === 'GET' && c.req.header('accept')?.includes('text/event-stream');
    if (!listens) return next();
    return sendNews(c, runs, listeners);
  });
  routes.get('/:name', async (c) => json(c, (await runs.describe(c.req.param('name'))) ?? missing(c)));
  routes.get('/:name/metrics', async (c) =>
    json(c, (await runs.metrics(c.req.param('name'), c.req.query('after'))) ?? missing(c)),
  );
  routes.get('/:name/results/:file', async (c) =>
    sendFile(c, await runs.result(c.req.param('name'), c.req.param('file'))),
  );
  return routes;
}

/** Sends the list of runs, and again whenever it has changed. A client that comes back says what it knows. */
function sendNews(c: Context, runs: Runs, listeners: Set<symbol>): Response {
  if (listeners.size >= MAX_LISTENERS)
    throw new HttpError('busy', `${MAX_LISTENERS} pages listen already; try again in 60 s`, {
      'Retry-After': '60',
    });
  const listener = Symbol('listener');
  listeners.add(listener);
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => {
      listeners.delete(listener);
      gone.abort();
    });
    let known = c.req.header('last-event-id');
    for (let quiet = 0; !gone.signal.aborted; quiet++) {
      // While files come and go the list may fail: the next look will tell.
      const news = await newest(runs).catch(() => undefined);
      if (news && news.id !== known)
        await stream.writeSSE({ event: 'runs', ...news, retry: 2 * LOOK_MILLISECONDS });
      else if (quiet % QUIET_LOOKS === QUIET_LOOKS - 1) await stream.write(': nothing new\n\n');
      known = news?.id ?? known;
      await delay(LOOK_MILLISECONDS, undefined, { signal: gone.signal }).catch(() => {});
    }
  });
}

/** The list as text, and what tells it from every other. */
async function newest(runs: Runs): Promise<{ id: string; data: string }> {
  const data = writeJson({ runs: await runs.list() });
  return { id: createHash('sha256').update(data).digest('base64url'), data };
}

function json(c: Context, document: object): Response {
  return c.body(writeJson(document), 200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
  });
}

function missing(c: Context): never {
  throw notFound(`there is no run ${JSON.stringify(c.req.param('name'))}`);
}
