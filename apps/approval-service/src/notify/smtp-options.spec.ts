import { AllowList } from '@countersign/outbound';
import { describe, expect, it } from 'vitest';
import { smtpOptions } from './smtp-options.js';
import type { EmailChannel } from './target.js';

const channel: EmailChannel = {
  kind: 'email',
  host: 'mail.example.com',
  port: 587,
  isImplicitTls: false,
  mayBePlaintext: false,
  auth: null,
  ca: null,
  from: 'a@example.com',
  to: ['b@example.com'],
  allowed: AllowList.of([]),
};
const optionsOf = (over: Partial<EmailChannel>, address = '93.184.216.34') =>
  smtpOptions({ ...channel, ...over }, address, 5_000);

describe('a mail server', () => {
  it('has to encrypt, and to be who its name says', () => {
    expect(optionsOf({})).toMatchObject({
      host: '93.184.216.34',
      secure: false,
      requireTLS: true,
      tls: { servername: 'mail.example.com', minVersion: 'TLSv1.2' },
    });
    expect(optionsOf({}).tls).not.toHaveProperty('rejectUnauthorized');
  });

  it.each([
    ['on this machine', {}, '127.0.0.1'],
    ['on this machine in IPv6', {}, '::1'],
    ['where the settings say so', { mayBePlaintext: true }, '10.0.0.1'],
  ])('need not encrypt %s', (_, over, address) => {
    expect(optionsOf(over, address).requireTLS).toBe(false);
  });

  it('encrypts from the first byte where that is how its port works', () => {
    expect(optionsOf({ isImplicitTls: true })).toMatchObject({ secure: true, requireTLS: false });
  });

  it('never makes a mail of files or addresses that stand in a text', () => {
    expect(optionsOf({})).toMatchObject({ disableFileAccess: true, disableUrlAccess: true });
  });
});
