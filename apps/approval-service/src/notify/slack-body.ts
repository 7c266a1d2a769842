import { isQuestion } from './happening.js';
import type { Notice } from './notice.js';
import { headlineOf, linesOf } from './wording.js';

/** Names of the buttons' actions; the gateway knows them by these. */
export const SLACK_ACTIONS = {
  approve: 'countersign_approve',
  deny: 'countersign_deny',
  open: 'countersign_open',
} as const;

/** Fields that one section takes at most, by the rules of Block Kit. */
const MAX_FIELDS = 10;

/**
 * The body for an incoming webhook. Only `plain_text` holds what we have not written ourselves, and there is nothing to
 * unfurl; the one text that chats parse is a sentence of ours.
 */
export function slackBody(notice: Notice, hasButtons: boolean): string {
  const fields = linesOf(notice).map(([name, value]) => plain(`${name}: ${value}`));
  const sections = [fields.slice(0, MAX_FIELDS), fields.slice(MAX_FIELDS)].filter(({ length }) => length > 0);
  const buttons = buttonsOf(notice, hasButtons);
  return JSON.stringify({
    text: `Countersign: ${headlineOf(notice)}.`,
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(headlineOf(notice)) },
      ...sections.map((some) => ({ type: 'section', fields: some })),
      ...(buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons }]),
    ],
  });
}

/** What asks for a typed confirmation is not answered by a button. */
function buttonsOf({ link, event, asks_confirmation, ...notice }: Notice, hasButtons: boolean): object[] {
  const { job_id, job_hash, kind } = notice;
  const value = JSON.stringify({ job_id, job_hash, kind });
  const button = (text: string, action: string, more: object) => ({
    type: 'button',
    text: plain(text),
    action_id: action,
    ...more,
  });
  const isAnswerable = hasButtons && isQuestion(event) && !asks_confirmation;
  return [
    ...(isAnswerable
      ? [
          button('Approve', SLACK_ACTIONS.approve, { value, style: 'primary' }),
          button('Deny', SLACK_ACTIONS.deny, { value, style: 'danger' }),
        ]
      : []),
    ...(link === null ? [] : [button('Open the console', SLACK_ACTIONS.open, { url: link })]),
  ];
}

/**
 * Text that is not parsed. Chats that take the same messages may parse it all the same: so nothing in it can open a tag,
 * a mention, or an address with a scheme.
 */
function plain(text: string): object {
  const inert = text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('://', ':⁄⁄');
  return { type: 'plain_text', text: inert, emoji: false };
}
