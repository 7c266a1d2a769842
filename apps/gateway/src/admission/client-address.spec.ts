import { describe, expect, it } from 'vitest';
import { AddressList } from '../settings/address-list.js';
import { canonicalAddress } from '../settings/canonical-address.js';
import { clientAddress, networkOf } from './client-address.js';

const proxies = AddressList.of(['10.0.0.0/8', 'fd00::/8', '127.0.0.1']);
const none = AddressList.of([]);

describe('the address of a client', () => {
  it.each<[string, string, string[] | undefined, string]>([
    ['of a peer that is no proxy, whatever it forwards', '203.0.113.9', ['1.2.3.4'], '203.0.113.9'],
    ['of a proxy that forwards for nobody', '10.0.0.1', undefined, '10.0.0.1'],
    ['before a proxy', '10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['before two proxies', '10.0.0.1', ['203.0.113.9, 10.0.0.2'], '203.0.113.9'],
    [
      'last before the proxies, not the one it claims to be',
      '10.0.0.1',
      ['1.2.3.4, 203.0.113.9'],
      '203.0.113.9',
    ],
    ['that claims to be a proxy', '10.0.0.1', ['10.9.9.9, 203.0.113.9'], '203.0.113.9'],
    ['over several header lines', '10.0.0.1', ['1.2.3.4', '203.0.113.9', '10.0.0.2'], '203.0.113.9'],
    ['behind garbage that it sent', '10.0.0.1', ['<script>, 203.0.113.9'], '203.0.113.9'],
    ['with a port', '10.0.0.1', ['203.0.113.9:4711'], '203.0.113.9'],
    ['of IPv6 in brackets', '10.0.0.1', ['[2001:DB8::0:1]:443'], '2001:db8::1'],
    ['of a peer of IPv4 on a socket of IPv6', '::ffff:10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['written as IPv6 to look like no proxy', '10.0.0.1', ['203.0.113.9, ::ffff:10.0.0.2'], '203.0.113.9'],
    ['where all are proxies', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
  ])('is that %s', (_, peer, forwardedFor, expected) =>
    expect(clientAddress(peer, forwardedFor, proxies)).toBe(expected),
  );

  it('is the peer’s where no proxy is trusted', () => {
    for (const peer of ['127.0.0.1', '10.0.0.1', '::1'])
      expect(clientAddress(peer, ['203.0.113.9'], none)).toBe(peer);
  });

  it.each(['unknown', '', '_hidden', '203.0.113.999', 'for=203.0.113.9', '203.0.113.9.evil.example'])(
    'is refused where a trusted proxy names %j',
    (hop) => {
      expect(() => clientAddress('10.0.0.1', [`203.0.113.9, ${hop}`], proxies)).toThrow('names no address');
    },
  );
});

describe('an address', () => {
  it.each([
    ['::ffff:7f00:1', '127.0.0.1'],
    ['::FFFF:127.0.0.1', '127.0.0.1'],
    ['2001:0db8:0000::0001', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s has one spelling', (address, spelling) => expect(canonicalAddress(address)).toBe(spelling));

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('a list of addresses', () => {
  it('has those of its networks, however they are written, and no text', () => {
    const list = AddressList.of(['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']);
    for (const address of ['192.0.2.255', '::ffff:192.0.2.1', '2001:db8:ffff::1', '198.51.100.7'])
      expect(list.has(address), address).toBe(true);
    for (const address of ['192.0.3.0', '2001:db9::1', '198.51.100.8', '', 'localhost', '192.0.2'])
      expect(list.has(address), address).toBe(false);
  });

  it('has an IPv4 address by a network of IPv6 only where that is written as one of IPv4', () => {
    const mapped = AddressList.of(['::ffff:192.0.2.0/120', '::ffff:198.51.100.7']);
    for (const address of ['192.0.2.1', '::ffff:c000:201', '198.51.100.7'])
      expect(mapped.has(address), address).toBe(true);
    for (const address of ['192.0.3.1', '198.51.100.8', '::1'])
      expect(mapped.has(address), address).toBe(false);
    // The bits of all IPv4 addresses begin with zeros there: a mask of this machine's own network must not let them in.
    const own = AddressList.of(['::1/64', '::/0']);
    expect(own.has('203.0.113.9')).toBe(false);
    expect(own.has('::ffff:203.0.113.9')).toBe(false);
    expect(own.has('2001:db8::1')).toBe(true);
  });

  it('has no IPv6 address by a network of IPv4, not even by all of it', () => {
    const list = AddressList.of(['0.0.0.0/0']);
    expect(list.has('2001:db8::1')).toBe(false);
    expect(list.has('::10.0.0.1')).toBe(false);
    expect(list.has('::ffff:10.0.0.1')).toBe(true);
  });

  it.each(['fe80::1%eth0', '10.0.0.1:80', '[::1]', '::ffff:0:0/95', '10.0.0.0/', '10.0.0.0/-1', ' 10.0.0.1'])(
    'is refused with %j, which says something else than it seems to',
    (entry) => expect(() => AddressList.of([entry])).toThrow('no network'),
  );

  it('has nobody when it is empty', () => expect(AddressList.of([]).has('127.0.0.1')).toBe(false));
});
