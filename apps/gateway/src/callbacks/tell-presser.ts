import { CodedError } from '@countersign/kernel';
import { hostOf, post } from '@countersign/outbound';
import type { SlackReply } from './slack-callback.handler.js';
import type { SlackWorkspace } from './slack-workspaces.js';

/** How long it may take, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** The message that only who has pressed a button sees. */
export function ephemeral(reply: SlackReply): object {
  return reply === undefined ? {} : { response_type: 'ephemeral', replace_original: false, text: reply };
}

/**
 * Says to who has pressed a button what became of it, at the address that came with the press. It came signed, and still
 * it is used for the one host that the settings name and for no other. Throws where it was not said.
 */
export async function tellPresser(
  { responseHost, allowed }: Pick<SlackWorkspace, 'responseHost' | 'allowed'>,
  url: string | undefined,
  reply: SlackReply,
): Promise<void> {
  if (url === undefined || reply === undefined) return;
  if (!URL.canParse(url) || hostOf(new URL(url)) !== responseHost)
    throw new CodedError('invalid_field', 'the address of the answer is on another host');
  const outcome = await post({
    url,
    allowed,
    body: JSON.stringify(ephemeral(reply)),
    headers: { 'content-type': 'application/json', 'user-agent': 'countersign' },
    timeoutMs: TIMEOUT_MS,
  });
  if (outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300) return;
  throw new CodedError(
    'unavailable',
    outcome.kind === 'answered' ? `http_${outcome.status}` : outcome.reason,
  );
}
