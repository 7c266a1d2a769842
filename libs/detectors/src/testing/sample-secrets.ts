import { createHash } from 'node:crypto';
import type { Rule } from '../rule.js';

/**
 * Invented secrets for tests, put together at run time so that no file holds one. The same label always gives the
 * same value.
 */
export const alphabets = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  base62: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  letters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  hex: '0123456789abcdef',
  digits: '0123456789',
} as const;

/** `length` characters of an alphabet, drawn from the digest of the label. */
export function drawn(length: number, alphabet: keyof typeof alphabets = 'base62', label = 'sample'): string {
  const from = alphabets[alphabet];
  let out = '';
  for (let block = 0; out.length < length; block++) {
    const bytes = createHash('sha512').update(`${label}:${alphabet}:${block}`).digest();
    for (const byte of bytes) out += from.charAt(byte % from.length);
  }
  return out.slice(0, length);
}

/** A text and the part of it that is the secret. */
export interface Sample {
  readonly rule: Rule;
  readonly text: string;
  readonly secret: string;
}

function whole(rule: Rule, secret: string): Sample {
  return { rule, text: secret, secret };
}

function within(rule: Rule, before: string, secret: string, after = ''): Sample {
  return { rule, text: before + secret + after, secret };
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A signed JSON web token of a made-up user. */
export function sampleJwt(): string {
  return [
    segment({ alg: 'RS256', typ: 'JWT' }),
    segment({ sub: drawn(10), iat: 1_761_309_000 }),
    drawn(86),
  ].join('.');
}

/** A PEM block of the given type, such as `EC ` or an empty text. */
export function samplePem(type: string): string {
  const body = [drawn(64, 'base64', 'a'), drawn(64, 'base64', 'b'), drawn(20, 'base64', 'c')].join('\n');
  return ['-----BEGIN ', type, 'PRIVATE KEY-----\n', body, '\n-----END ', type, 'PRIVATE KEY-----'].join('');
}

/** At least one sample of every kind, by a name that says what is special about it. */
export function sampleSecrets(): Record<string, Sample> {
  const password = ['Copper', 'Raven', '4711!'].join('-');
  return {
    'aws key id': whole('aws-access-key-id', 'AKIA' + drawn(16, 'base32')),
    'temporary aws key id': whole('aws-access-key-id', 'ASIA' + drawn(15, 'base32') + '7'),
    'aws secret': within('aws-secret-access-key', 'AWS_SECRET_ACCESS_KEY=', drawn(40, 'base64')),
    'aws secret in a table': within(
      'aws-secret-access-key',
      'aws_secret_access_key    ',
      drawn(40, 'base64'),
      '\n',
    ),
    'personal github token': whole('github-token', 'ghp' + '_' + drawn(36)),
    'github oauth token': whole('github-token', 'gho' + '_' + drawn(36)),
    'github server token': whole('github-token', 'ghs' + '_' + drawn(36)),
    'github user token': whole('github-token', 'ghu' + '_' + drawn(36)),
    'fine-grained github token': whole('github-token', ['github', 'pat', drawn(22), drawn(59)].join('_')),
    'gitlab token': whole('gitlab-token', 'glpat' + '-' + drawn(20)),
    'slack bot token': whole(
      'slack-token',
      ['xoxb', drawn(12, 'digits'), drawn(12, 'digits', 'b'), drawn(24)].join('-'),
    ),
    'slack app token': whole(
      'slack-token',
      ['xapp', '1', 'A0' + drawn(9, 'base32'), drawn(13, 'digits'), drawn(64, 'hex')].join('-'),
    ),
    'rsa key': whole('private-key', samplePem('RSA ')),
    'ec key': whole('private-key', samplePem('EC ')),
    'openssh key': whole('private-key', samplePem('OPENSSH ')),
    'key with escaped line ends': whole('private-key', samplePem('').replaceAll('\n', '\\n')),
    jwt: whole('jwt', sampleJwt()),
    'database password': within(
      'connection-string-password',
      'postgres://app:',
      drawn(14),
      '@db.corp:5432/main',
    ),
    'password with an at sign': within(
      'connection-string-password',
      'redis://u:',
      drawn(8) + '@' + drawn(3),
      '@cache:1/0',
    ),
    'environment line': within('generic-secret-assignment', 'SMTP_PASSWORD=', drawn(16)),
    'json api key': within('generic-secret-assignment', '{"api_key": "', drawn(32), '"}'),
    'yaml password': within('generic-secret-assignment', 'db:\n  password: ', password, '\n'),
    'escaped json': within('generic-secret-assignment', '"{\\"password\\":\\"', password, '\\"}"'),
    'command line': within('generic-secret-assignment', 'tool --password ', password, ' --host x'),
    'name and value': within('generic-secret-assignment', '{"name": "API_KEY", "value": "', drawn(32), '"}'),
    'dashed value': within(
      'generic-secret-assignment',
      'client_secret: ',
      [drawn(8), drawn(8), drawn(8)].join('-'),
    ),
    card: whole('credit-card', '4111' + '1111'.repeat(3)),
    'card in groups': whole('credit-card', ['5500', '0000', '0000', '0004'].join(' ')),
    'american express': whole('credit-card', ['3782', '822463', '10005'].join('-')),
    'two-series mastercard': whole('credit-card', '2223' + '0031' + '2200' + '3222'),
    email: whole('email', ['maya.novak+billing', 'northwind-traders.co.uk'].join('@')),
    phone: whole('phone', '+44 7400 ' + '109212'),
    'phone in one piece': whole('phone', '+4179' + '1234567'),
    'american phone': whole('phone', '(303) 555-' + '0197'),
    'announced national phone': within('phone', 'mobile: ', '07400 ' + '109212'),
    'google key': whole('google-api-key', 'AIza' + drawn(35)),
    'stripe key': whole('stripe-key', ['sk', 'live', drawn(24)].join('_')),
    'openai key': whole('openai-api-key', ['sk', 'proj', drawn(48)].join('-')),
    'anthropic key': whole('anthropic-api-key', ['sk', 'ant', 'api03', drawn(60)].join('-')),
    'npm token': whole('npm-token', 'npm' + '_' + drawn(36)),
    'huggingface token': whole('huggingface-token', 'hf' + '_' + drawn(34, 'letters')),
    'bearer token': within('bearer-token', 'Authorization: Bearer ', drawn(40, 'hex')),
    'basic credentials': within(
      'basic-authorization',
      'proxy uses Basic ',
      Buffer.from('ci-bot:' + drawn(12)).toString('base64'),
    ),
  };
}
