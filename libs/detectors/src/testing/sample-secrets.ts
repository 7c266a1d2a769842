import { createHash } from 'node:crypto';
import type { RuleId } from '../rule/scale.js';

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
  readonly rule: RuleId;
  readonly text: string;
  readonly secret: string;
}

function whole(rule: RuleId, secret: string): Sample {
  return { rule, text: secret, secret };
}

function within(rule: RuleId, before: string, secret: string, after = ''): Sample {
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
    'aws key id': whole('secret.aws-access-token', 'AKIA' + drawn(16, 'base32')),
    'temporary aws key id': whole('secret.aws-access-token', 'ASIA' + drawn(15, 'base32') + '7'),
    'aws secret': within('secret.aws-secret-access-key', 'AWS_SECRET_ACCESS_KEY=', drawn(40, 'base64')),
    'aws secret in a table': within(
      'secret.aws-secret-access-key',
      'aws_secret_access_key    ',
      drawn(40, 'base64'),
      '\n',
    ),
    'platform api key': whole(
      'secret.countersign-api-key',
      ['cs', drawn(14), drawn(49, 'base62', 'b')].join('_'),
    ),
    'platform api key without its checksum': whole(
      'secret.countersign-api-key',
      ['cs', drawn(14), drawn(43, 'base62', 'b')].join('_'),
    ),
    'personal github token': whole('secret.github-pat', 'ghp' + '_' + drawn(36)),
    'github oauth token': whole('secret.github-oauth', 'gho' + '_' + drawn(36)),
    'github server token': whole('secret.github-app-token', 'ghs' + '_' + drawn(36)),
    'github user token': whole('secret.github-app-token', 'ghu' + '_' + drawn(36)),
    'fine-grained github token': whole(
      'secret.github-fine-grained-pat',
      ['github', 'pat', drawn(22), drawn(59)].join('_'),
    ),
    'gitlab token': whole('secret.gitlab-pat', 'glpat' + '-' + drawn(20)),
    'slack bot token': whole(
      'secret.slack-bot-token',
      ['xoxb', drawn(12, 'digits'), drawn(12, 'digits', 'b'), drawn(24)].join('-'),
    ),
    'slack app token': whole(
      'secret.slack-app-token',
      ['xapp', '1', 'A0' + drawn(9, 'base32'), drawn(13, 'digits'), drawn(64, 'hex')].join('-'),
    ),
    'rsa key': whole('secret.private-key', samplePem('RSA ')),
    'ec key': whole('secret.private-key', samplePem('EC ')),
    'openssh key': whole('secret.private-key', samplePem('OPENSSH ')),
    'key with escaped line ends': whole('secret.private-key', samplePem('').replaceAll('\n', '\\n')),
    jwt: whole('secret.jwt', sampleJwt()),
    'database password': within(
      'secret.database-connection-string',
      'postgres://app:',
      drawn(14),
      '@db.corp:5432/main',
    ),
    'password with an at sign': within(
      'secret.database-connection-string',
      'redis://u:',
      drawn(8) + '@' + drawn(3),
      '@cache:1/0',
    ),
    'environment line': within('secret.password-assignment', 'SMTP_PASSWORD=', drawn(16)),
    'json api key': within('secret.generic-api-key', '{"api_key": "', drawn(32), '"}'),
    'yaml password': within('secret.password-assignment', 'db:\n  password: ', password, '\n'),
    'escaped json': within('secret.password-assignment', '"{\\"password\\":\\"', password, '\\"}"'),
    'command line': within('secret.password-assignment', 'tool --password ', password, ' --host x'),
    'name and value': within('secret.generic-api-key', '{"name": "API_KEY", "value": "', drawn(32), '"}'),
    'dashed value': within(
      'secret.generic-api-key',
      'client_secret: ',
      [drawn(8), drawn(8), drawn(8)].join('-'),
    ),
    card: whole('pii.CREDIT_CARD', '4111' + '1111'.repeat(3)),
    'card in groups': whole('pii.CREDIT_CARD', ['5500', '0000', '0000', '0004'].join(' ')),
    'american express': whole('pii.CREDIT_CARD', ['3782', '822463', '10005'].join('-')),
    'two-series mastercard': whole('pii.CREDIT_CARD', '2223' + '0031' + '2200' + '3222'),
    email: whole('pii.EMAIL_ADDRESS', ['maya.novak+billing', 'northwind-traders.co.uk'].join('@')),
    phone: whole('pii.PHONE_NUMBER', '+44 7400 ' + '109212'),
    'phone in one piece': whole('pii.PHONE_NUMBER', '+4179' + '1234567'),
    'american phone': whole('pii.PHONE_NUMBER', '(303) 555-' + '0197'),
    'announced national phone': within('pii.PHONE_NUMBER', 'mobile: ', '07400 ' + '109212'),
    'google key': whole('secret.gcp-api-key', 'AIza' + drawn(35)),
    'stripe key': whole('secret.stripe-access-token', ['sk', 'live', drawn(24)].join('_')),
    'openai key': whole('secret.openai-project-api-key', ['sk', 'proj', drawn(48)].join('-')),
    'anthropic key': whole('secret.anthropic-api-key', ['sk', 'ant', 'api03', drawn(60)].join('-')),
    'npm token': whole('secret.npm-access-token', 'npm' + '_' + drawn(36)),
    'huggingface token': whole('secret.huggingface-access-token', 'hf' + '_' + drawn(34, 'letters')),
    'bearer token': within('secret.http-bearer', 'Authorization: Bearer ', drawn(40, 'hex')),
    'basic credentials': within(
      'secret.http-basic-authorization',
      'proxy uses Basic ',
      Buffer.from('ci-bot:' + drawn(12)).toString('base64'),
    ),
  };
}
