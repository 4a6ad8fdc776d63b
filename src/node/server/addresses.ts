/** Where the page of a server is found. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

export interface Addresses {
  /** To be opened on this machine. */
  readonly url: string;
  /** For other machines, where the server listens on all addresses of this one. */
  readonly networkUrls: readonly string[];
}

/**
 * @param host as it was given
 * @param listening the address and port that the system gave for it
 */
export function findAddresses(
  host: string,
  listening: { address: string; port: number },
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): Addresses {
  const { address, port } = listening;
  const url = (name: string) => `http://${name.includes(':') ? `[${name}]` : name}:${port}/`;
  if (address !== '0.0.0.0' && address !== '::') return { url: url(host), networkUrls: [] };
  const own = Object.values(interfaces).flatMap((found = []) => found.filter(({ internal }) => !internal));
  // Addresses of one link only (scope) need its name, which browsers do not take.
  const reached = own.filter(({ family, scopeid }) => family === 'IPv4' || (address === '::' && !scopeid));
  // "All addresses" is none that can be opened everywhere, and browsers do not trust it as this machine.
  return { url: url('127.0.0.1'), networkUrls: reached.map((found) => url(found.address)) };
}
