import { Judge, pattern, type PatternRule } from '../rule/pattern-rule.js';
import { commandRules } from './command-rules.js';
import { proseRules } from './prose-rules.js';

const url = { whole: true, before: /https?:\/\/(?:[a-z0-9-]{1,64}\.){0,3}$/i } as const;
const context = { confidence: 'context' } as const;

/** Values that their surroundings give away: webhook addresses, commands and headers. */
export const patternRules: readonly PatternRule[] = [
  pattern(
    'secret.slack-webhook-url',
    ['hooks.slack.com/'],
    /(?:services|workflows|triggers)\/[A-Za-z0-9+/]{36,80}/y,
    {
      ...url,
      before: /https?:\/\/$/i,
      examples: ['«https://hooks.slack.com/services/T{upnum:10}/B{upnum:10}/{alnum:24}»'],
      counterExamples: ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
    },
  ),
  pattern(
    'secret.discord-webhook-url',
    ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    /\d{17,20}\/[\w-]{56,90}/y,
    {
      ...url,
      examples: ['«https://discord.com/api/webhooks/{realdigits:18}/{token:68}»'],
      counterExamples: ['https://discord.com/api/webhooks/123/abc'],
    },
  ),
  pattern(
    'secret.microsoft-teams-webhook',
    ['.webhook.office.com/'],
    /webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-z]{20,40}\/[0-9a-f-]{36}(?:\/[\w-]{1,64})?/y,
    {
      ...url,
      before: /https?:\/\/[a-z0-9-]{1,64}$/i,
      examples: ['«https://corp.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{hex:32}/{uuid}»'],
      counterExamples: ['https://corp.webhook.office.com/webhookb2/short'],
    },
  ),
  pattern(
    'secret.webhook-url',
    [
      'hooks.zapier.com/hooks/catch/',
      'maker.ifttt.com/trigger/',
      'hook.eu1.make.com/',
      'hook.us1.make.com/',
      'chat.googleapis.com/v1/spaces/',
    ],
    /[\w/.?=&%-]{16,256}/y,
    {
      ...url,
      severity: 'medium',
      examples: ['«https://hooks.zapier.com/hooks/catch/{realdigits:7}/{lownum:12}»'],
      counterExamples: ['https://hooks.zapier.com/hooks/catch/'],
    },
  ),
  pattern('secret.azure-sas-token', ['&sig=', '?sig=', ';sig='], /[0-9A-Za-z%+/]{40,64}(?:%3[dD]|=){0,2}/y, {
    examples: [
      'https://acc.blob.core.windows.net/c/b?sv=2022-11-02&se=2026-01-01&sr=b&sp=r&sig=«{alnum:20}%2B{alnum:22}%3D»',
    ],
    counterExamples: ['https://host/x?a=1&sig=short'],
  }),
  pattern('secret.azure-storage-account-key', ['accountkey='], /[0-9A-Za-z+/]{86}==/y, {
    severity: 'critical',
    examples: ['AccountName=app;AccountKey=«{base64:86}==»;EndpointSuffix=core.windows.net'],
    counterExamples: ['AccountName=X;AccountKey=X;'],
  }),
  ...proseRules,
  ...commandRules,
  pattern(
    'secret.session-cookie',
    [
      '_session=',
      'sessid=',
      'sessionid=',
      'session_id=',
      'connect.sid=',
      '.sid=',
      ' sid=',
      ';sid=',
      'session=',
      'sessiontoken=',
      '.aspnetcore.cookies=',
      'remember_token=',
      'jsessionid=',
    ],
    /[\w%.+/~-]{16,1024}/y,
    {
      ...context,
      severity: 'medium',
      before: /cookies?\\{0,3}["']?\s{0,2}[:=][^\n]{0,400}$|-b\s{1,3}["']?[^\n]{0,200}$/i,
      reach: 420,
      examples: ['Cookie: lang=en; _app_session=«{hex:32}»; theme=dark'],
      counterExamples: ['Cookie: lang=en; _app_session=none; theme=dark'],
    },
  ),
  pattern(
    'secret.url-query-token',
    [
      '?key=',
      '&key=',
      '?auth=',
      '&auth=',
      '?sig=',
      '&signature=',
      '?token=',
      '&token=',
      '&hash=',
      '?apikey=',
      '&code=',
    ],
    /[\w%.+/~-]{24,512}/y,
    {
      ...context,
      judge: Judge.Token,
      examples: ['GET /v1/x?q=1&key=«{alnum:40}» 200'],
      counterExamples: ['GET /v1/x?key=item-by-name-of-the-customer 200'],
    },
  ),
  pattern(
    'secret.jwk-private',
    ['"d"', '\\"d\\"', '"dp"', '"dq"', '"qi"', '"p"', '"q"', '"k"'],
    /[\w-]{20,2048}/y,
    {
      severity: 'critical',
      action: 'quarantine',
      before: /kty[\s\S]{0,4000}$/,
      reach: 4096,
      lead: /\s{0,4}:\s{0,4}\\{0,3}"/y,
      examples: ['{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"«{token:43}»"}'],
      counterExamples: ['{"kty":"EC","crv":"P-256","d":"short"}'],
    },
  ),
];
