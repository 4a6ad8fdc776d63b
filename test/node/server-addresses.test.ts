import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { findAddresses } from '../../src/node/server/addresses.ts';

const common = { netmask: '', mac: '', cidr: null };
const IPV4 = { ...common, family: 'IPv4', scopeid: undefined } as const;
const IPV6 = { ...common, family: 'IPv6', scopeid: 0 } as const;

const interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = {
  lo: [
    { ...IPV4, address: '127.0.0.1', internal: true },
    { ...IPV6, address: '::1', internal: true },
  ],
  eth0: [
    { ...IPV4, address: '192.168.1.7', internal: false },
    { ...IPV6, address: '2001:db8::7', internal: false },
    { ...IPV6, address: 'fe80::7', scopeid: 2, internal: false },
  ],
};

it.each([
  ['127.0.0.1', '127.0.0.1', 'http://127.0.0.1:80/', []],
  ['::1', '::1', 'http://[::1]:80/', []],
  ['pictures.local', '192.168.1.7', 'http://pictures.local:80/', []],
  ['0.0.0.0', '0.0.0.0', 'http://127.0.0.1:80/', ['http://192.168.1.7:80/']],
  ['0', '0.0.0.0', 'http://127.0.0.1:80/', ['http://192.168.1.7:80/']],
  ['::', '::', 'http://127.0.0.1:80/', ['http://192.168.1.7:80/', 'http://[2001:db8::7]:80/']],
])('of a server on %s', (host, address, url, networkUrls) => {
  expect(findAddresses(host, { address, port: 80 }, interfaces)).toEqual({ url, networkUrls });
});
