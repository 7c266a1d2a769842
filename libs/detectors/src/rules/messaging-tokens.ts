import { token, type TokenRule } from '../rule/token-rule.js';

/** Tokens of chat, mail and telephony services. Webhook addresses are in `pattern-rules.ts`. */
export const messagingTokens: readonly TokenRule[] = [
  token('slack-bot-token', [
    'xoxb-{digit:10-13}-{digit:10-13}-{alnum:18-40}',
    'xoxb-{digit:10-13}-{alnum:18-40}',
  ]),
  token('slack-user-token', [
    'xoxp-{digit:10-13}-{digit:10-13}-{digit:10-13}-{anyhex:28-34}',
    'xoxp-{digit:10-13}-{digit:10-13}-{alnum:16-60}',
    'xoxe-{digit:10-13}-{digit:10-13}-{digit:10-13}-{anyhex:28-34}',
  ]),
  token('slack-legacy-token', [
    'xoxs-{digit:8-13}-{digit:8-13}-{digit:8-13}-{alnum:6-40}',
    'xoxo-{digit:8-13}-{digit:8-13}-{digit:8-13}-{alnum:6-40}',
    'xoxa-{digit:1-13}-{alnum:8-60}',
    'xoxr-{digit:1-13}-{alnum:8-60}',
    'xoxa-2-{digit:8-13}-{digit:8-13}-{digit:8-13}-{hex:32}',
  ]),
  token('slack-config-access-token', [
    'xoxe.xoxb-1-{base64:140-200}',
    'xoxe.xoxp-1-{base64:140-200}',
    'xoxe-1-{base64:130-200}',
    'xoxe.xoxp-1-{token:40-200}',
  ]),
  token('slack-app-token', [
    'xapp-{digit:1}-{upnum:9-13}-{digit:10-14}-{hex:64}',
    'xapp-{digit:1}-{upnum:8-13}-{digit:8-14}-{alnum:20-80}',
  ]),
  token('slack-session-cookie', [
    'xoxd-{dotted:60-250}',
    'xoxc-{digit:10-13}-{digit:10-13}-{digit:10-13}-{hex:64}',
  ]),
  token('telegram-bot-api-token', ['{digit:8-10}:AA{token:33}', '{digit:8-10}:AA{token:32}']),
  token('twilio-api-key', ['SK{hex:32}'], { exact: true }),
  token('sendgrid-api-token', ['SG.{token:20-24}.{token:39-50}'], { severity: 'critical' }),
  token('mailgun-private-api-token', ['key-{hex:32}'], { exact: true }),
  token('mailgun-pub-key', ['pubkey-{hex:32}'], { severity: 'low', exact: true }),
  token('mailchimp-api-key', ['{hex:32}-us{digit:1-2}'], { exact: true }),
  token('sendinblue-api-token', ['xkeysib-{hex:64}-{alnum:16}', 'xsmtpsib-{hex:64}-{alnum:16}']),
  token('resend-api-key', ['re_{alnum:8}_{alnum:24}', 're_{alnum:8}_{alnum:22-40}'], { random: true }),
  token('facebook-page-access-token', [
    'EAAC{alnum:90-240}',
    'EAAM{alnum:90-240}',
    'EAACEdEose0cBA{alnum:20-240}',
  ]),
  token('facebook-conversions-token', ['EAAG{alnum:90-240}', 'EAAB{alnum:90-240}']),
  token('facebook-access-token', ['EAA{alnum:100-240}'], { random: true }),
  token('instagram-access-token', ['IGQVJ{token:100-240}', 'IGAA{alnum:100-240}']),
  token('twitter-bearer-token', [
    'AAAAAAAAAAAAAAAAAAAAA{alnum:10-12}%{alnum:60-100}',
    'AAAAAAAAAAAAAAAAAAAAA{alnum:80-120}',
  ]),
  token('line-channel-token', ['{base64:100-110}/{base64:30-60}dB04t89/1O/w1cDnyilFU=']),
  token('courier-api-key', ['pk_prod_{upnum:28}', 'dk_prod_{upnum:28}']),
  token('customerio-app-key', ['cio_{hex:32}', 'cio_app_{hex:32}']),
  token('vonage-signature', ['vgs_{alnum:32-48}']),
  token('knock-secret-key', ['sk_knock_{token:32-64}']),
  token('zulip-bot-key', ['zulip_{alnum:32}']),
  token('microsoft-teams-token', ['skypetoken_asm={token:100-1024}']),
];
