/** Thrown out of whatever was running when Ctrl-C was pressed. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/**
 * A signal that the first SIGINT or SIGTERM aborts; the second ends the process at once.
 *
 * @param notice what happens then, for the person who pressed Ctrl-C
 */
export function interruptSignal(notice = 'stopping after the current tile'): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return endBy(name, onSignal);
    process.stderr.write(`\n${notice}; press Ctrl-C again to stop at once\n`);
    controller.abort(new Interrupted('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

/** Ends the process as if nothing had caught the signal: `process.exit` aborts while ONNX Runtime's threads run. */
function endBy(name: NodeJS.Signals, listener: NodeJS.SignalsListener): void {
  process.off(name, listener);
  process.kill(process.pid, name);
}
