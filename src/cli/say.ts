import type { Network } from '../upscale/network.ts';

/** Prints lines to stderr: stdout belongs to results. */
export function say(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

/**
 * Says which network runs where, and what had to be guessed or was tried in vain.
 *
 * @param why it was chosen, where that is worth a word
 */
export function sayNetwork(name: string, network: Network, why?: string): void {
  const reason = why === undefined ? '' : `, ${why}`;
  const notes = [...network.notes, ...network.deviceNotes];
  say([`${name} ×${network.scale} on ${network.device}${reason}`, ...notes.map((note) => `  ${note}`)]);
}
