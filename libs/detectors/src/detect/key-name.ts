/** What a member, variable or parameter name says about its value. */
export const KeyKind = {
  /** A password: chosen by a person, so it may be short and made of words. */
  Password: 'password',
  /** An issued token, key or secret: long and random. */
  Token: 'token',
  /** A word that often names other things too (`token`, `auth`), so its value must look random beyond doubt. */
  Loose: 'loose',
  /** The secret half of an AWS key pair. */
  AwsSecret: 'aws-secret',
} as const;

/** See {@link KeyKind}. */
export type KeyKind = (typeof KeyKind)[keyof typeof KeyKind];

/** Longest name judged; the deciding word is at its end. */
export const longestKeyName = 64;

const awsSecret = /(?:aws.{0,16}secret.{0,16}|secretaccess)key$/;
const password =
  /(?:password|passwd|passphrase|passcode|pwd|passwort|^pass|(?:db|user|mysql|sql|smtp|imap|ssh|sudo|become|admin|root|ftp|mail|ldap|wifi|http|proxy|store|key|trust|pg|redis|login|svc|vnc|rdp|require|cert|pfx)pass|(?:db|user|root|admin|sa|login|smtp|ldap)pw|kennwort|motdepasse|senha|mysqlpwd|redisauth|rediscliauth|masterauth)$/;
const token = new RegExp(
  '(?:secret|secretkeybase|apitoken|authtoken|accesstoken|refreshtoken|bearertoken|sessiontoken|bottoken|usertoken|' +
    'apptoken|deploytoken|personaltoken|githubtoken|gitlabtoken|slacktoken|npmtoken|oauthtoken|idtoken|' +
    'apikey|accesskey|secretkey|privatekey|encryptionkey|signingkey|authkey|masterkey|appkey|accountkey|sharedkey|' +
    'hmackey|servicekey|serverkey|clientkey|licensekey|webhookkey|subscriptionkey|deploykey|storagekey|saskey|sessionkey|' +
    'cookiekey|tokenkey|jwtkey|aeskey|cipherkey|cryptkey|functionskey|hostkey|securitykey|integrationkey|ingestkey|writekey|' +
    'merchantkey|recoverykey|unsealkey|rootkey|adminkey|apppassword|registrytoken|privatetoken|servicetoken|vaulttoken|' +
    'runnertoken|jobtoken|publishtoken|uploadtoken|roottoken|admintoken|clienttoken|securitytoken|sastoken|jwttoken|webhooktoken|' +
    'credential|credentials|authorization)$',
);
const loose = /(?:token|auth)$/;
const notSecret =
  /(?:next|page|pagination|continuation|cancel|cancellation|sync|csrf|xsrf|max|stop|start|end|pad|public)token$/;

/** A redaction marker says nothing about what a name meant before. */
const marker = /\[REDACTED:[a-z]{2,8}\.[\w-]{1,64}(?:#[A-Za-z0-9]{8,64})?\]/g;

/** Short words that are words of their own only: after a sign, or at a hump of camel case. */
const shortPassword = /(?:^|[_.-])(?:pw|pass|psk)$|(?:[a-z](?:Pass|Pw|PW|PSK|Psk))$/;
/** A run over something, or what lets through. */
const notPassword =
  /(?:first|second|third|last|final|single|multi|test|all|by|band|over|under|low|high)[_.-]?pass$/i;
const upperPassword = /(?:^|[_.-])(?:PW|PASS|PSK)$/;
/** A personal access token. */
const shortToken = /[_.-](?:pat|PAT)$/;

/**
 * Parts that may follow the deciding word without changing what the name means. Digits stand only at the end: were
 * they one of the repeated parts, a long row of digits could be divided in exponentially many ways.
 */
const tail =
  /(?:[_.-]?(?:prod|production|staging|stage|dev|test|live|base64|b64|value|str|string|plain|old|new)){0,3}(?:[_.-]?\d{1,3})?$/i;

/** Names whose kind is remembered: outputs of one kind of job have the same few members. */
const maxRemembered = 4096;
const remembered = new Map<string, KeyKind | undefined>();

/** Classifies a name, or gives undefined when it does not announce a secret. */
export function classifyKey(name: string): KeyKind | undefined {
  if (name.length > longestKeyName) return judgeKey(name);
  if (remembered.has(name)) return remembered.get(name);
  const kind = judgeKey(name);
  if (remembered.size === maxRemembered) remembered.clear();
  remembered.set(name, kind);
  return kind;
}

function judgeKey(name: string): KeyKind | undefined {
  const end = name
    .slice(-4 * longestKeyName)
    .replace(marker, '')
    .slice(-longestKeyName);
  const trimmed = end.replace(tail, '');
  const plain = trimmed.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (awsSecret.test(plain)) return KeyKind.AwsSecret;
  if (notPassword.test(trimmed)) return undefined;
  if (password.test(plain) || shortPassword.test(trimmed) || upperPassword.test(trimmed))
    return KeyKind.Password;
  if (notSecret.test(plain)) return undefined;
  if (token.test(plain)) return KeyKind.Token;
  return loose.test(plain) || shortToken.test(trimmed) ? KeyKind.Loose : undefined;
}
