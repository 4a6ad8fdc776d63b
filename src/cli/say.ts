/** Prints lines to stderr: stdout belongs to results. */
export function say(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}
