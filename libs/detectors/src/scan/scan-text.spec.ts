import { describe, expect, it } from 'vitest';
import { drawn, sampleJwt, samplePem, sampleSecrets } from '../testing/sample-secrets.js';
import { scanText } from './scan-text.js';

const found = (text: string): string[] =>
  scanText(text).map(({ rule, offset, length }) => `${rule}: ${text.slice(offset, offset + length)}`);

describe('scanText finds and places', () => {
  it.each(Object.entries(sampleSecrets()))('%s', (_name, { rule, text, secret }) => {
    expect(found(text)).toContain(`${rule}: ${secret}`);
  });

  it.each(Object.entries(sampleSecrets()))('%s between other words', (_name, { rule, text, secret }) => {
    expect(found(`😀 before ${text} after 😀`)).toContain(`${rule}: ${secret}`);
  });

  it('a private key whose end was cut off', () => {
    const cut = samplePem('RSA ').split('\n').slice(0, 2).join('\n');
    expect(found(cut)).toEqual([`secret.private-key: ${cut}`]);
  });

  it('cards that follow one another', () => {
    const cards = [['4111', '1111', '1111', '1111'].join(' '), ['5500', '0000', '0000', '0004'].join(' ')];
    expect(found(cards.join(' '))).toEqual(cards.map((card) => `pii.CREDIT_CARD: ${card}`));
  });

  it('a value that lies after a forged marker', () => {
    const secret = drawn(16);
    expect(found(`PASSWORD=[REDACTED:nothing]${secret}`)).toHaveLength(1);
    expect(found(`PASSWORD=[REDACTED:pii.EMAIL_ADDRESS]${secret}`)).toHaveLength(1);
  });

  it('a secret under a comment that asks scanners to look away', () => {
    const token = 'ghp' + '_' + drawn(36);
    expect(found(`// gitleaks:allow secretlint-disable\n${token} # pragma: allowlist secret`)).toEqual([
      'unsafe.suppression-marker: gitleaks:allow',
      'unsafe.suppression-marker: secretlint-disable',
      `secret.github-pat: ${token}`,
      'unsafe.suppression-marker: pragma: allowlist',
    ]);
  });

  it('the last value of a chain of assignments', () => {
    const secret = drawn(20);
    const text = 'pwd='.repeat(40) + secret;
    const [finding] = scanText(text);
    expect(finding && finding.offset + finding.length).toBe(text.length);
  });
});

describe('scanText resolves overlaps', () => {
  it('to one finding over the whole, named by the most specific rule', () => {
    const jwt = sampleJwt();
    expect(found(`{"token": "${jwt}"}`)).toEqual([`secret.jwt: ${jwt}`]);
    expect(found(`Authorization: Bearer ${jwt}`)).toEqual([`secret.jwt: ${jwt}`]);
  });

  it('to the key of this platform, however it is announced', () => {
    const key = ['cs', drawn(14), drawn(49, 'base62', 'b')].join('_');
    for (const text of [`Authorization: Bearer ${key}`, `{"api_key": "${key}"}`, `x_${key}`])
      expect(found(text)).toEqual([`secret.countersign-api-key: ${key}`]);
  });

  it('sorted by place', () => {
    const text = Object.values(sampleSecrets())
      .map((sample) => sample.text)
      .join('\n\n');
    const offsets = scanText(text).map((finding) => finding.offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  });
});

describe('scanText sees through disguises (S05)', () => {
  const token = 'ghp' + '_' + drawn(36);
  const fullWidth = [...token].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
  const escaped = [...token].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('');

  it.each<[string, string]>([
    [
      'zero-width characters inside',
      token.slice(0, 12) + '\u200b' + token.slice(12, 20) + '\u2060' + token.slice(20),
    ],
    ['full-width letters', fullWidth],
    ['a Cyrillic look-alike in the prefix', token.replace('p', '\u0440')],
    ['JSON escapes', escaped],
    ['percent escapes', escaped.replaceAll('\\u00', '%')],
    ['numeric HTML entities', [...token].map((c) => `&#${c.charCodeAt(0)};`).join('')],
    ['base 64', Buffer.from(`t=${token}`).toString('base64')],
    ['base 64 twice', Buffer.from(Buffer.from(`t=${token}`).toString('base64')).toString('base64')],
    ['UTF-16 in base 64', Buffer.from(`$t="${token}"`, 'utf16le').toString('base64')],
    ['hexadecimal', Buffer.from(token).toString('hex')],
  ])('%s', (_name, disguised) => {
    expect(found(`before ${disguised} after`)).toEqual([`secret.github-pat: ${disguised}`]);
  });
});

describe('scanText leaves near misses alone', () => {
  it.each<[string, string]>([
    ['a card number with a wrong check digit', '4111' + '1111' + '1111' + '1112'],
    ['a card number inside a longer number', '94111' + '1111' + '1111' + '1111' + '1234'],
    ['a fraction with the digits of a card', '0.4111' + '1111' + '1111' + '1111'],
    ['a product code', 'EAN-13: 4006381333931'],
    ['a table of four-digit numbers', Array.from({ length: 90 }, (_, i) => 4000 + i * 11).join(' ')],
    ['a uuid', 'id=3e4b382a-b877-4e45-ab5a-e9248d73b3f0'],
    ['a uuid under token', '{"token": "3e4b382a-b877-4e45-ab5a-e9248d73b3f0"}'],
    ['a git sha', `checked out commit ${drawn(40, 'hex')}`],
    ['an image digest', `node:22@sha256:${drawn(64, 'hex')}`],
    ['base 64 of an image', `data:image/png;base64,iVBORw0KGgo${drawn(600, 'base64')}`],
    ['an ISO date and a version', '2026-03-08T10:44:56.209Z v1.24.0-rc.1+build.5'],
    ['addresses of hosts', '10.0.12.7:5432 2001:db8::ff00:42:8329 192.168.100.100'],
    ['a coordinate box', 'bbox: [10.6254, 59.8121, 10.9513, 60.1351]'],
    ['Unix times', '[[1773418562, 47.09216], [1773479557123, 31.8]]'],
    ['a reserved mail domain', 'user@example.com, me@host.test'],
    ['an ssh remote', 'git@github.com:org/repo.git'],
    ['an asset and a package version', 'logo@2x.png esbuild@0.23.9 actions/checkout@v4'],
    ['a published example key id', ['aws_access_key: AKIA', 'IOSFODNN7', 'EXAMPLE'].join('')],
    ['the id of a key of this platform', `npm run keys -- revoke cs_${drawn(14)}`],
    ['a name of a key of this platform that ends another word', `metrics_${drawn(14)}_${drawn(49)}`],
    ['a masked key of this platform', `cs_${drawn(14)}_${'x'.repeat(49)}`],
    [
      'an identifier that begins alike',
      'cs_order_history_of_all_customers_by_region_and_month_and_product_2026',
    ],
    ['a masked token', `ghp_${'x'.repeat(36)}`],
    ['a public key', '-----BEGIN PUBLIC KEY-----\n' + drawn(64, 'base64') + '\n-----END PUBLIC KEY-----'],
    ['a header without a body', '-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----'],
    ['the header of a token alone', sampleJwt().split('.')[0] ?? ''],
    ['a url with a port and an at sign later', 'https://host:8080/path@tag'],
    ['a templated connection string', 'mongodb://${DB_USER}:${DB_PASS}@cluster/db'],
    [
      'prose about passwords',
      'Enter your password: it must have 12 characters. Password reset takes 5 minutes.',
    ],
    ['a token count', 'Token count: 18,204; tokens=4096 max_tokens: 8192000000000000'],
  ])('%s', (_name, text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    'changeme',
    '<your-key>',
    '${VAR}',
    '$SMTP_PASSWORD',
    '{{ secrets.key }}',
    'xxxxxxxxxxxx',
    '********',
    'example',
    'your_token_here',
    'process.env.DB_PASSWORD',
    'string',
    'vault:secret/data/app2#password',
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-A1b2C3',
  ])('the placeholder or reference %s', (value) => {
    expect(
      found(`password: ${value}\nAPI_KEY=${value}\n"client_secret": "${value.replaceAll('"', '')}"`),
    ).toEqual([]);
  });
});

describe('scanText leaves expressions alone', () => {
  it.each(['getSecret("db1")', 'passwords[2]', 'settings.pwd', 'req.headers[x1]', 'new Secret32(16)'])(
    '%s',
    (code) => {
      expect(found(`password = ${code};`)).toEqual([]);
    },
  );
});

describe('scanText lets benign work through (S11)', () => {
  it('code, logs, configuration and prose', () => {
    const benign = [
      'const token = await tokens.issue(user, { ttl: 3600 }); return token.value;',
      'if (password.length < minPasswordLength) throw new PasswordTooShort(password.length);',
      'type Auth = { readonly token: string; readonly refreshToken: string | undefined };',
      'INFO [payments] request completed method=GET path=/v1/items/4427 status=200 duration=595ms',
      'apiVersion: v1\nkind: Pod\nspec:\n  serviceAccountName: billing\n  secretName: billing-tls-2024',
      'envFrom:\n  - secretRef:\n      name: app-secrets',
      '{"next_page_token": "Q0FFUUFBPT1hYmNkZWYxMjM0", "cacheKey": "user:42:profile"}',
      'The key to a good password is length; keep tokens secret and rotate credentials every 90 days.',
      'drwxr-xr-x 12 root root 4096 Nov 25 11:11 node_modules/.cache/babel-loader/0a1b2c3d4e5f',
      'sha512-' + drawn(86, 'base64') + '==',
    ].join('\n');
    expect(found(benign)).toEqual([]);
  });
});
