import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addKey, startGateway, type GatewayOptions } from '../testing/gateway-fixture.js';
import { MemoryTables } from '../testing/memory-tables.js';

const withKey = (isUsable: boolean) => {
  const tables = new MemoryTables();
  addKey(tables, { is_usable: isUsable });
  return tables;
};
const issuers = [
  {
    issuer: 'https://id.example',
    audience: 'countersign',
    jwks_url: 'https://id.example/jwks',
    tenant: { value: 'default' },
    roles: { value: ['producer'] },
  },
];

describe('a gateway off loopback', () => {
  it.each<[string, GatewayOptions]>([
    ['nothing', {}],
    ['a key that was revoked', { tables: withKey(false) }],
    ['local callers', { localCallers: 'allow' }],
    ['a key and local callers', { localCallers: 'allow', tables: withKey(true) }],
    ['nobody at all', { localCallers: 'deny' }],
    ['a trusted proxy', { settings: { trusted_proxies: ['127.0.0.1', '10.0.0.0/8'] } }],
  ])('does not start with %s to tell callers apart', async (_, options) => {
    for (const host of ['0.0.0.0', '::', '192.0.2.7', 'example.org', ''])
      await expect(startGateway({ ...options, host })).rejects.toMatchObject({ code: 'unsafe_bind' });
  });

  it.each<[string, GatewayOptions]>([
    ['an API key', { tables: withKey(true) }],
    ['an issuer', { settings: { issuers } }],
  ])('starts with %s', async (_, options) => {
    await (await startGateway({ ...options, host: '0.0.0.0' })).close();
  });
});

describe('at its start the gateway', () => {
  const lines: string[] = [];
  const spy = (level: 'warn' | 'log') =>
    vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => {
      const { message } = line as { readonly message?: unknown };
      if (typeof message === 'string') lines.push(`${level} ${message}`);
    });
  afterEach(() => {
    vi.restoreAllMocks();
    lines.length = 0;
  });

  it.each<[string, GatewayOptions, RegExp]>([
    ['warns that it is open to this machine', {}, /^warn development mode: whoever reaches this port/],
    ['says that it is so by wish', { localCallers: 'allow' }, /^log callers on loopback need no credentials/],
    ['says that everybody needs credentials', { tables: withKey(true) }, /^log every caller needs/],
  ])('%s', async (_, options, line) => {
    spy('warn');
    spy('log');
    const gateway = await startGateway(options);
    await gateway.close();
    expect(lines).toEqual([expect.stringMatching(line)]);
  });
});
