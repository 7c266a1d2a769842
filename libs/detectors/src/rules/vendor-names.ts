import { define, type RuleDefinition } from '../rule/definition.js';
import type { RuleId } from '../rule/scale.js';

/** A vendor whose keys have no fixed text: the name of the member says whose they are, and the shape must agree. */
interface VendorName {
  readonly id: RuleId;
  readonly word: RegExp;
  readonly shape: RegExp;
  readonly example: string;
  readonly severity?: 'critical' | 'medium';
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const vendors: readonly VendorName[] = [
  vendor('heroku-api-key', /heroku/, uuid, 'heroku_token: «{uuid}»', 'critical'),
  vendor(
    'ethereum-private-key',
    /private|wallet|deployer|mnemonic/,
    /^0x[0-9a-f]{64}$/i,
    'deployer_private_key: «0x{hex:64}»',
    'critical',
  ),
  vendor('snyk-api-token', /snyk/, uuid, 'snyk_token: «{uuid}»'),
  vendor('postmark-server-token', /postmark/, uuid, 'postmark_token: «{uuid}»'),
  vendor('launchdarkly-access-token', /launchdarkly/, /^[\w-]{40}$/, 'launchdarkly_token: «{token:40}»'),
  vendor(
    'cloudflare-api-key',
    /cloudflare|^cf_?api/,
    /^[\w-]{37,45}$/,
    'cloudflare_token: «{alnum:40}»',
    'critical',
  ),
  vendor('cohere-api-token', /cohere|^co_?api/, /^[A-Za-z0-9]{40}$/, 'cohere_token: «{alnum:40}»'),
  vendor('mistral-api-key', /mistral/, /^[A-Za-z0-9]{32}$/, 'mistral_token: «{alnum:32}»'),
  vendor('deepseek-api-key', /deepseek/, /^[\w-]{32,40}$/, 'deepseek_token: «{alnum:32}»'),
  vendor('twilio-auth-token', /twilio/, /^[0-9a-f]{32}$/, 'twilio_token: «{hex:32}»'),
  vendor(
    'datadog-access-token',
    /datadog|^dd_?a/,
    /^[0-9a-f]{32}(?:[0-9a-f]{8})?$/,
    'datadog_token: «{hex:32}»',
  ),
  vendor('okta-access-token', /okta/, /^00[\w-]{40}$/, 'okta_token: «00{token:40}»'),
  vendor(
    'azure-storage-account-key',
    /azure|storage|accountkey/,
    /^[A-Za-z0-9+/]{86}==$/,
    'azure_token: «{base64:86}==»',
    'critical',
  ),
  vendor(
    'azure-servicebus-connection-string',
    /sharedaccesskey/,
    /^[A-Za-z0-9+/]{43}=$/,
    'sharedaccesskey_token: «{base64:43}=»',
    'critical',
  ),
  vendor(
    'alibaba-secret-key',
    /ali(?:baba|yun)/,
    /^[A-Za-z0-9]{30}$/,
    'alibaba_token: «{alnum:30}»',
    'critical',
  ),
  vendor('fastly-api-token', /fastly/, /^[\w-]{32}$/, 'fastly_token: «{token:32}»'),
  vendor(
    'hetzner-api-token',
    /hcloud|hetzner/,
    /^[A-Za-z0-9]{64}$/,
    'hcloud_token: «{alnum:64}»',
    'critical',
  ),
  vendor('algolia-api-key', /algolia/, /^[0-9a-z]{32}$/, 'algolia_token: «{lownum:32}»'),
  vendor('asana-client-secret', /asana/, /^[0-9a-f]{32}$/, 'asana_token: «{hex:32}»'),
  vendor('codecov-access-token', /codecov/, /^[0-9a-z-]{32,36}$/, 'codecov_token: «{lownum:36}»'),
  vendor('confluent-secret-key', /confluent/, /^[\w+/]{64}$/, 'confluent_token: «{base64:64}»'),
  vendor('coinbase-access-token', /coinbase/, /^[\w-]{64}$/, 'coinbase_token: «{token:64}»'),
  vendor(
    'discord-api-token',
    /discord/,
    /^[0-9a-f]{64}$|^[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,38}$/,
    'discord_token: «{hex:64}»',
  ),
  vendor('dropbox-api-token', /dropbox/, /^[a-z0-9]{15}$/, 'dropbox_token: «{lownum:15}»'),
  vendor('etsy-access-token', /etsy/, /^[a-z0-9]{24}$/, 'etsy_token: «{lownum:24}»'),
  vendor('facebook-secret', /facebook/, /^[0-9a-f]{32}$/, 'facebook_token: «{hex:32}»'),
  vendor('freshbooks-access-token', /freshbooks/, /^[0-9a-f]{64}$/, 'freshbooks_token: «{hex:64}»'),
  vendor('gitter-access-token', /gitter/, /^[\w-]{40}$/, 'gitter_token: «{token:40}»'),
  vendor('intercom-api-key', /intercom/, /^[\w=-]{60}$/, 'intercom_token: «{token:60}»'),
  vendor('jfrog-api-key', /jfrog|artifactory/, /^[A-Za-z0-9]{73}$/, 'jfrog_token: «{alnum:73}»'),
  vendor('linkedin-client-secret', /linkedin/, /^[A-Za-z0-9]{14,20}$/, 'linkedin_token: «{alnum:16}»'),
  vendor(
    'mailgun-signing-key',
    /mailgun/,
    /^[0-9a-h]{32}-[0-9a-h]{8}-[0-9a-h]{8}$/,
    'mailgun_token: «{hex:32}-{hex:8}-{hex:8}»',
  ),
  vendor('messagebird-api-token', /messagebird/, /^[A-Za-z0-9]{25}$/, 'messagebird_token: «{alnum:25}»'),
  vendor('netlify-access-token', /netlify/, /^[\w-]{40,46}$/, 'netlify_token: «{token:43}»'),
  vendor('pinecone-api-key', /pinecone/, uuid, 'pinecone_token: «{uuid}»'),
  vendor('rapidapi-access-token', /rapidapi/, /^[\w-]{50}$/, 'rapidapi_token: «{token:50}»'),
  vendor('sendbird-access-token', /sendbird/, /^[0-9a-f]{40}$/, 'sendbird_token: «{hex:40}»'),
  vendor('sumologic-access-token', /sumo/, /^[A-Za-z0-9]{64}$/, 'sumo_token: «{alnum:64}»'),
  vendor('travisci-access-token', /travis/, /^[\w-]{22}$/, 'travis_token: «{token:22}»'),
  vendor('trello-access-token', /trello/, /^[0-9a-f]{32,64}$/, 'trello_token: «{hex:32}»'),
  vendor('twitch-api-token', /twitch/, /^[a-z0-9]{30}$/, 'twitch_token: «{lownum:30}»'),
  vendor('twitter-access-token', /twitter/, /^[\w-]{35,60}$/, 'twitter_token: «{alnum:45}»'),
  vendor('vercel-token', /vercel/, /^[A-Za-z0-9]{24}$/, 'vercel_token: «{alnum:24}»'),
  vendor('zendesk-secret-key', /zendesk/, /^[a-z0-9]{40}$/, 'zendesk_token: «{lownum:40}»'),
];

function vendor(
  name: string,
  word: RegExp,
  shape: RegExp,
  example: string,
  severity?: VendorName['severity'],
): VendorName {
  return { id: `secret.${name}`, word, shape, example, ...(severity === undefined ? {} : { severity }) };
}

/** Definitions of the vendors' rules. */
export const vendorRules: readonly RuleDefinition[] = vendors.map(({ id, example, severity }) =>
  define(id, {
    confidence: 'context',
    examples: [example],
    counterExamples: [example.replace(/«.*»/, '<your token>')],
    ...(severity === undefined ? {} : { severity }),
  }),
);

/** The vendor's rule for a value that is known to be a secret, by the name it stands under. */
export function vendorOf(name: string, value: string): RuleId | undefined {
  const lower = name.toLowerCase();
  return vendors.find(({ word, shape }) => word.test(lower) && shape.test(value))?.id;
}
