import { post, type PostOutcome, type Resolve } from '@countersign/outbound';
import { emailMessage } from './email-message.js';
import type { Notice } from './notice.js';
import { sendEmail } from './send-email.js';
import type { SendOutcome } from './send-outcome.js';
import { signWebhook } from './sign-webhook.js';
import { slackBody } from './slack-body.js';
import type { SlackChannel, Target, WebhookChannel } from './target.js';
import { callbackBody, webhookBody } from './webhook-body.js';

/** How long one try may take, in milliseconds. */
export const SEND_TIMEOUT_MS = 5_000;

/** The status with which a receiver says that it is gone for good. */
const GONE = 410;

export interface SendOptions {
  readonly resolve?: Resolve;
  /** @default {@link SEND_TIMEOUT_MS} */
  readonly timeoutMs?: number;
}

/** Tries once to tell a target of something. Never throws for what a receiver or a network does. */
export async function sendNotice(
  { channel }: Target,
  notice: Notice,
  { resolve, timeoutMs = SEND_TIMEOUT_MS }: SendOptions = {},
): Promise<SendOutcome> {
  const how = { timeoutMs, ...(resolve === undefined ? {} : { resolve }) };
  switch (channel.kind) {
    case 'email':
      return sendEmail(channel, notice.id, emailMessage(notice), how);
    case 'slack':
      return outcomeOf(await post({ ...how, ...slackPost(channel, notice) }));
    case 'webhook':
    case 'callback':
      return outcomeOf(await post({ ...how, ...webhookPost(channel, notice) }));
  }
}

function slackPost({ url, allowed, hasButtons }: SlackChannel, notice: Notice) {
  return { url, allowed, body: slackBody(notice, hasButtons), headers: JSON_HEADERS };
}

function webhookPost({ kind, url, allowed, secrets }: WebhookChannel, notice: Notice) {
  const body = kind === 'callback' ? callbackBody(notice) : webhookBody(notice);
  const atSec = Math.floor(Date.now() / 1000);
  const headers = { ...JSON_HEADERS, ...signWebhook({ id: notice.id, body, atSec }, secrets) };
  return { url, allowed, body, headers };
}

const JSON_HEADERS = { 'content-type': 'application/json', 'user-agent': 'countersign' };

function outcomeOf(outcome: PostOutcome): SendOutcome {
  if (outcome.kind !== 'answered') return { kind: 'failed', why: outcome.reason };
  const { status, retryAfterSec } = outcome;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === GONE) return { kind: 'gone' };
  const asked = retryAfterSec === undefined ? {} : { askedSec: retryAfterSec };
  return { kind: 'failed', why: `http_${status}`, ...asked };
}
