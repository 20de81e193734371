import { expect, test } from 'vitest';
import { addressOf, networkOf } from '../../src/http/ip-address.ts';

const from = (address?: string) =>
  new Request('http://localhost/', { headers: address ? { 'CF-Connecting-IP': address } : {} });

test.each([
  ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:0DB8::0001', '2001:db8::1', '2001:db8::'],
  ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8::ffff:ffff:ffff:ffff', '2001:db8::'],
  ['2001:db8:0:1::', '2001:db8:0:1::', '2001:db8:0:1::'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['fe80::1%eth0', undefined, ''],
  ['192.0.2', undefined, ''],
  ['192.0.2.7, 192.0.2.8', undefined, ''],
  ['unknown', undefined, ''],
  [undefined, undefined, ''],
])('%s is the address %s of the network %s', (header, address, network) => {
  expect([addressOf(from(header)), networkOf(from(header))]).toEqual([address, network]);
});
