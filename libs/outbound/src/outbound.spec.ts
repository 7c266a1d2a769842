import { describe, expect, it } from 'vitest';
import { AllowList } from './allow-list.js';
import { addressOf, isPublic } from './address-rules.js';
import { OutboundRefused } from './outbound-refused.js';
import { hostOf, readUrl } from './read-url.js';
import { resolveHost } from './resolve-host.js';

const NOBODY = AllowList.of([]);
const refusalOf = (read: () => unknown) => {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof OutboundRefused) return error.reason;
    throw error;
  }
};

describe('an address to send to (H25)', () => {
  it.each([
    'https://127.0.0.1/x',
    'https://127.1/x',
    'https://2130706433/x',
    'https://0x7f000001/x',
    'https://0x7f.0.0.1/x',
    'https://0177.0.0.1/x',
    'https://0/x',
    'https://①②⑦.⓪.⓪.①/x',
    'https://10.0.0.1/x',
    'https://172.16.0.1/x',
    'https://192.168.0.1/x',
    'https://169.254.169.254/latest/meta-data/',
    'https://168.63.129.16/x',
    'https://100.64.0.1/x',
    'https://198.18.0.1/x',
    'https://224.0.0.1/x',
    'https://255.255.255.255/x',
    'https://[::1]/x',
    'https://[::]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:7f00:1]/x',
    'https://[::127.0.0.1]/x',
    'https://[64:ff9b::a9fe:a9fe]/x',
    'https://[64:ff9b:1::a00:1]/x',
    'https://[2002:7f00:1::]/x',
    'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/x',
    'https://[fe80::1]/x',
    'https://[fec0::1]/x',
    'https://[fc00::1]/x',
    'https://[fd00:ec2::254]/x',
    'https://[ff02::1]/x',
    'https://[2001:db8::1]/x',
    'https://127.0.0.1./x',
  ])('is refused as %s', (url) => {
    expect(refusalOf(() => readUrl(url, NOBODY))).toBe('address_not_allowed');
  });

  it.each([
    ['ftp://example.com/', 'scheme_not_allowed'],
    ['file:///etc/passwd', 'scheme_not_allowed'],
    ['gopher://example.com/', 'scheme_not_allowed'],
    ['https://user@example.com/', 'credentials_in_url'],
    ['https://example.com@10.0.0.1/', 'credentials_in_url'],
    ['https://:pw@example.com/', 'credentials_in_url'],
    ['http://example.com/', 'plaintext_not_allowed'],
    ['https://', 'malformed_url'],
    ['example.com', 'malformed_url'],
    ['https://a b/', 'malformed_url'],
  ])('is refused as %s: %s', (url, reason) => {
    expect(refusalOf(() => readUrl(url, NOBODY))).toBe(reason);
  });

  it.each(['https://hooks.example.com/x', 'https://93.184.216.34/', 'https://[2606:4700::1111]/'])(
    'is read as %s',
    (url) => {
      expect(readUrl(url, NOBODY).href).toBe(url);
    },
  );

  it('is allowed where its host or its network is listed, also without TLS', () => {
    expect(readUrl('http://127.0.0.1:8080/', AllowList.of(['127.0.0.0/8'])).port).toBe('8080');
    expect(readUrl('http://[::ffff:127.0.0.1]/', AllowList.of(['127.0.0.1'])).protocol).toBe('http:');
    expect(hostOf(readUrl('http://Hooks.Internal./', AllowList.of(['hooks.internal'])))).toBe(
      'hooks.internal',
    );
    expect(readUrl('https://[fd12::1]/', AllowList.of(['fd12::/16'])).hostname).toBe('[fd12::1]');
  });

  it('is never allowed where a cloud hands out credentials', () => {
    const all = AllowList.of(['0.0.0.0/0', '::/0', '169.254.169.254']);
    for (const host of ['169.254.169.254', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[fd00:ec2::254]'])
      expect(refusalOf(() => readUrl(`http://${host}/`, all))).toBe('address_not_allowed');
    expect(refusalOf(() => readUrl('http://127.0.0.1/', all))).toBeUndefined();
  });

  it('tells nothing of the address in its refusal, since there are secrets in it', () => {
    expect(() => readUrl('https://10.0.0.1/services/T0/B0/s3cret', NOBODY)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('s3cret') as string }) as Error,
    );
  });
});

describe('the address of a name (H25)', () => {
  const resolving =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(addresses);

  it('is any that DNS gives, in its order', async () => {
    const known = ['93.184.216.34', '2606:4700::1111'];
    expect(await resolveHost('hooks.example.com', NOBODY, resolving(...known))).toEqual(known);
  });

  it.each([
    ['private', ['10.0.0.1']],
    ['public and private', ['93.184.216.34', '127.0.0.1']],
    ['private in IPv6', ['::ffff:10.0.0.1']],
    ['one of an interface', ['fe80::1%eth0']],
    ['none at all', []],
    ['no address', ['example.com']],
  ])('is refused when it is %s', async (_, addresses) => {
    await expect(resolveHost('evil.example', NOBODY, resolving(...addresses))).rejects.toThrow(
      OutboundRefused,
    );
  });

  it('may be private where the name or the network is listed, and nowhere else', async () => {
    const resolve = resolving('10.1.2.3');
    const known = ['10.1.2.3'];
    expect(await resolveHost('hooks.internal', AllowList.of(['hooks.internal']), resolve)).toEqual(known);
    expect(await resolveHost('x.internal', AllowList.of(['10.1.0.0/16']), resolve)).toEqual(known);
    await expect(resolveHost('x.internal', AllowList.of(['hooks.internal']), resolve)).rejects.toThrow();
  });
});

describe('a list of what is allowed', () => {
  it.each([
    '10.0.0.0/33',
    '10.0.0',
    '127.1',
    '0x7f.1',
    '::ffff:10.0.0.1/104',
    'a b',
    'https://x',
    '',
    '10.0.0.0/8/8',
  ])('refuses %s', (entry) => {
    expect(() => AllowList.of([entry])).toThrow(RangeError);
  });

  it('has no address of IPv6 in a network of IPv4, nor the other way round', () => {
    const address = addressOf('fd00::1');
    expect(address && AllowList.of(['0.0.0.0/0']).hasAddress(address)).toBe(false);
    expect(address && isPublic(address)).toBe(false);
  });
});
