import { Judge, pattern, type PatternRule } from '../rule/pattern-rule.js';

const context = { confidence: 'context' } as const;
const password = { ...context, judge: Judge.Password } as const;

/** Secrets that a sentence or a file of logins tells. */
export const proseRules: readonly PatternRule[] = [
  pattern('secret.netrc', ['machine ', 'default login '], /[^\s"'`]{6,128}/y, {
    ...password,
    lead: /(?:[\w.-]{1,128}\s{1,16}login\s{1,8})?\S{1,64}\s{1,16}password\s{1,8}/y,
    examples: ['machine git.host\n  login deploy\n  password «amber.tiger{realdigits:4}»\n'],
    counterExamples: ['machine git.host login deploy password <password>'],
  }),
  pattern(
    'secret.password-prose',
    [
      'passphrase',
      'password',
      'passwort',
      'kennwort',
      'mot de passe',
      'senha',
      'wachtwoord',
      'parola',
      'heslo',
      'adgangskode',
      'salasana',
      'passcode',
      'root pw',
      'pwd',
    ],
    /[^\s"'`,;]{6,64}/y,
    {
      ...password,
      before:
        /(?:^|[^A-Za-z0-9_./$-])(?:new |old |my |neue |the |your |temp |temporary |default |admin |root |wifi |wi-fi |login ){0,3}$/i,
      lead: /(?:[ \t](?:of|for|from)(?: (?:the|user|your))? [\w.@'-]{1,32}(?=:| (?:is|to)))?(?:[ \t]{1,4}(?:(?:is|was|has been|lautet|ist|est|es)(?: now| set| changed| reset){0,2}(?: to)?|to|set to|from \S{1,64} to)\b|[ \t]?:|(?=[ \t]))[ \t]{0,2}(?:now |currently )?["'`*]{0,2}(?![@:(&*])/iy,
      examples: ['The password was set to «Rocket-Copper-{realdigits:2}#» today.'],
      counterExamples: ['The password is too short.', 'Password reset takes 5 minutes.'],
    },
  ),
  pattern('secret.password-prose', ['credentials', 'creds', 'login'], /[^\s"'`,;]{6,64}/y, {
    ...password,
    lead: /[ \t]{0,2}(?:are|is|:)[ \t]{0,2}["'`]?[\w.@-]{2,32} ?[/:|] ?/y,
    examples: ['credentials: admin / «Copper{realdigits:5}»'],
    counterExamples: ['login: admin / guest'],
  }),
  pattern(
    'secret.generic-api-key',
    [
      'api key',
      'access key',
      'secret key',
      'api token',
      'access token',
      'auth token',
      'bearer token',
      'client secret',
      'app secret',
      'signing key',
      'signing secret',
      'encryption key',
      'webhook secret',
      'the token',
      'the secret',
      'my token',
      'api-key',
    ],
    /[\w+/=.~-]{16,256}/y,
    {
      ...context,
      severity: 'medium',
      judge: Judge.Token,
      lead: /(?: (?:for|of)(?: the)? [\w.-]{1,32})?(?:\s{0,2}(?:=|:|->|is(?: now)?(?: set to)?:?|was|set to)[ \t]{0,2}|\r?\n)(?:\r?\n)?["'`*]{0,3}/y,
      examples: ['my api key is «{alnum:32}»', 'API Key\n«{alnum:32}»'],
      counterExamples: ['the access token is short-lived-by-design-here', 'my api key is <key>'],
    },
  ),
];
