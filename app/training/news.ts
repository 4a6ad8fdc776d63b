/** The list of runs as the server sends it, whenever something changes. */
import { ApiError, checkRuns, EVENTS, parseNumbers, type RunEntry } from './api.ts';
import { type TrainingStore, withRuns } from './state.ts';

/** Before another try, where the browser has given up. */
const RETRY_MS = 3000;

/**
 * Keeps the list in the store new, whatever happens to the server. Browsers give all their tabs together six
 * connections to a host: one that is not seen does without, and asks anew when it is.
 */
export function listen(store: TrainingStore): void {
  let source: EventSource | undefined;
  const connect = () => {
    source?.close();
    source = document.hidden ? undefined : connected(store, connect);
  };
  document.addEventListener('visibilitychange', connect);
  connect();
}

/** @param again is called a while after the browser has given up */
function connected(store: TrainingStore, again: () => void): EventSource {
  const source = new EventSource(EVENTS);
  source.addEventListener('open', () => store.update({ connection: { kind: 'live' } }));
  source.addEventListener('runs', ({ data }) => {
    const { runs } = parseNumbers(data) as { runs: RunEntry[] };
    store.update(withRuns(store.state, runs));
  });
  source.addEventListener('error', async () => {
    // A browser connects again by itself, but not after an answer that is an error.
    if (source.readyState !== EventSource.CLOSED) return lose(store);
    if (await isAbsent()) store.update({ connection: { kind: 'absent' } });
    else lose(store);
    setTimeout(again, RETRY_MS);
  });
  return source;
}

function lose(store: TrainingStore): void {
  if (store.state.connection.kind !== 'lost')
    store.update({ connection: { kind: 'lost', since: new Date() } });
}

/** Whether there is a server that shows no trainings. */
async function isAbsent(): Promise<boolean> {
  try {
    await checkRuns();
    return false;
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
}
