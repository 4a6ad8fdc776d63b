/** The page that shows trainings, served while one goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import { createServer, type Server } from '../node/server/server.ts';
import { oneLine } from './failure.ts';

export interface WatchPage {
  /** Of the page, with the run selected. */
  readonly address: string;
  /** To be called when the run's end is written down. */
  close(): Promise<void>;
}

/** Pages learn of the end within this time: the server looks every second, and they ask for the rest. */
const LAST_NEWS_MILLISECONDS = 2500;

/**
 * Serves the page on this machine: under the usual port or, where that is taken, under a free one.
 *
 * @param root the folder that holds the runs
 */
export async function serveWatchPage(root: string, run: string): Promise<WatchPage> {
  const onError = (error: unknown) => process.stderr.write(`error: ${oneLine(error)}\n`);
  const serve = (port?: number): Promise<Server> =>
    createServer({ runs: root, onError, ...(port !== undefined && { port }) });
  const server = await serve().catch(() => serve(0));
  return {
    address: `${server.url}training.html#${new URLSearchParams({ run })}`,
    async close() {
      await delay(LAST_NEWS_MILLISECONDS);
      await server.close(0);
    },
  };
}
