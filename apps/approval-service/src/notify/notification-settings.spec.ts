import { describe, expect, it } from 'vitest';
import { readNotificationSettings } from './notification-settings.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const FILES: Readonly<Record<string, string>> = {
  good: SECRET,
  short: `whsec_${Buffer.alloc(8).toString('base64')}`,
  plain: 'hunter2',
  hook: 'https://hooks.slack.com/services/T0/B0/s3cret',
  inner: 'https://10.0.0.1/services/T0/B0/s3cret',
};
const read = (content: unknown) =>
  readNotificationSettings(Buffer.from(JSON.stringify(content)), (path) => {
    const text = FILES[path];
    if (text === undefined) throw new RangeError(`${path} can not be read`);
    return text;
  });
const webhook = {
  name: 'ops',
  kind: 'webhook',
  url: 'https://example.com/hook',
  secret_files: ['good'],
  tenants: ['acme'],
  on: ['requested'],
};
const slack = { name: 'chat', kind: 'slack', url_file: 'hook', tenants: ['*'], on: ['requested'] };
const email = {
  name: 'mail',
  kind: 'email',
  from: 'a@example.com',
  to: ['b@example.com'],
  tenants: ['*'],
  on: ['expired'],
  smtp: { host: 'mail.example.com', port: 587 },
};
const callback = { name: 'done', tenant: 'acme', url: 'https://example.com/done', secret_files: ['good'] };
const targets = (...list: object[]) => ({ targets: list });

describe('the settings of notifications', () => {
  it('tell nobody where nothing is said', () => {
    expect(read({})).toEqual({ consoleUrl: null, targets: [] });
  });

  it('name targets and callbacks with their secrets read', () => {
    const { consoleUrl, targets: known } = read({
      console_url: 'https://countersign.example/',
      targets: [webhook, slack, email],
      callbacks: [callback],
    });
    expect(consoleUrl).toBe('https://countersign.example');
    expect(known.map(({ name, tenants, events }) => [name, tenants, events])).toEqual([
      ['ops', ['acme'], ['requested']],
      ['chat', null, ['requested']],
      ['mail', null, ['expired']],
      ['done', ['acme'], ['resolved', 'expired']],
    ]);
    expect(known.map(({ channel }) => channel.kind)).toEqual(['webhook', 'slack', 'email', 'callback']);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /^\/: /],
    ['an unknown member', { target: [] }, /^\/target: /],
    ['a target of an unknown kind', targets({ ...webhook, kind: 'sms' }), /^\/targets\/0\/kind: /],
    ['an unknown member of a target', targets(webhook, { ...slack, token: 'x' }), /^\/targets\/1\/token: /],
    ['an unknown event', targets({ ...webhook, on: ['approved'] }), /^\/targets\/0\/on\/0: /],
    ['no event', targets({ ...webhook, on: [] }), /^\/targets\/0\/on: /],
    ['no tenant', targets({ ...webhook, tenants: [] }), /^\/targets\/0\/tenants: /],
    ['every tenant and one', targets({ ...webhook, tenants: ['*', 'acme'] }), /^\/targets\/0\/tenants: /],
    ['a name twice', targets(webhook, webhook), /ops is there twice/],
    ['no address', targets({ ...webhook, url: undefined }), /^\/targets\/0: needs either/],
    ['two addresses', targets({ ...webhook, url_file: 'hook' }), /^\/targets\/0: needs either/],
    [
      'a private address',
      targets({ ...webhook, url: 'https://10.0.0.1/' }),
      /^\/targets\/0\/url: address_not/,
    ],
    ['an address without TLS', targets({ ...webhook, url: 'http://example.com/' }), /0\/url: plaintext_not/],
    [
      'a user in an address',
      targets({ ...webhook, url: 'https://a:b@example.com/' }),
      /0\/url: credentials_in/,
    ],
    ['no such network', targets({ ...webhook, allow_private: ['10.0.0.0/33'] }), /0\/allow_private: /],
    ['no such file', targets({ ...webhook, secret_files: ['none'] }), /^\/targets\/0\/secret_files\/0: /],
    ['a short secret', targets({ ...webhook, secret_files: ['good', 'short'] }), /0\/secret_files\/1: /],
    [
      'a header in a mailbox',
      targets({ ...email, to: ['b@x.com\r\nBcc: c@x.com'] }),
      /^\/targets\/0\/to\/0: /,
    ],
    ['a name beside a mailbox', targets({ ...email, from: 'A <a@x.com>' }), /^\/targets\/0\/from: /],
    [
      'a user without a password',
      targets({ ...email, smtp: { ...email.smtp, user: 'a' } }),
      /^\/targets\/0\/smtp: user and password_file/,
    ],
    [
      'a callback of no tenant',
      { callbacks: [{ ...callback, tenant: undefined }] },
      /^\/callbacks\/0\/tenant: /,
    ],
    ['a console that is a script', { console_url: 'javascript:alert(1)' }, /^\/console_url: /],
    ['a console with a query', { console_url: 'https://example.com/?x=' }, /^\/console_url: /],
  ])('are refused with %s', (_, content, why) => {
    expect(() => read(content)).toThrow(why);
  });

  it('keep secrets out of what they refuse', () => {
    for (const content of [
      targets({ ...webhook, secret_files: ['plain'] }),
      targets({ ...slack, url_file: 'inner' }),
    ])
      expect(messageOf(() => read(content))).not.toMatch(/hunter2|s3cret/);
  });
});

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return String(error);
  }
  throw new Error('it was accepted');
}
