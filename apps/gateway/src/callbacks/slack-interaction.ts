import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { parseText, validate } from '@countersign/contracts';
import { ULID_PATTERN } from '@countersign/kernel';

const Text = Type.String({ maxLength: 4096 });

/** What is read of an interaction. Slack says much more, and more over the years; none of that counts. */
const Interaction = Type.Object({
  type: Type.Literal('block_actions'),
  team: Type.Object({ id: Text }),
  user: Type.Object({ id: Text, team_id: Type.Optional(Text) }),
  actions: Type.Array(Type.Object({ action_id: Text, value: Type.Optional(Text) }), {
    minItems: 1,
    maxItems: 1,
  }),
  response_url: Type.Optional(Text),
});

/** What a button of ours stands for: an answer to exactly one content of one job. */
const ButtonValue = Type.Object(
  {
    job_id: Type.String({ pattern: ULID_PATTERN }),
    job_hash: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
    kind: Type.Union([Type.Literal('job'), Type.Literal('output')]),
  },
  { additionalProperties: false },
);

/** Names of the buttons that answer; a link has another, and Slack tells of it as well. */
const VOTES = new Map([
  ['countersign_approve', 'approve'],
  ['countersign_deny', 'deny'],
] as const);

/** Somebody has pressed a button. */
export interface SlackInteraction {
  readonly teamId: string;
  readonly userId: string;
  /** The workspace that the user is of, which in a shared channel may be another. */
  readonly userTeamId: string;
  readonly responseUrl: string | undefined;
  /** Null for a button that answers nothing. */
  readonly answer: SlackAnswer | null;
}

export type SlackAnswer = Static<typeof ButtonValue> & { readonly vote: 'approve' | 'deny' };

/** Reads the body of an interaction: a form with JSON in its one field. Undefined for everything else. */
export function readInteraction(body: Uint8Array): SlackInteraction | undefined {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
  const [payload, ...more] = form.getAll('payload');
  if (payload === undefined || more.length > 0) return undefined;
  const read = parsed(Interaction, payload);
  if (read === undefined) return undefined;
  const { team, user, actions, response_url: responseUrl } = read;
  const [action] = actions;
  const vote = VOTES.get(action?.action_id as 'countersign_approve');
  const value = vote === undefined ? undefined : parsed(ButtonValue, action?.value ?? '');
  if (vote !== undefined && value === undefined) return undefined;
  return {
    teamId: team.id,
    userId: user.id,
    userTeamId: user.team_id ?? team.id,
    responseUrl,
    answer: vote === undefined || value === undefined ? null : { ...value, vote },
  };
}

function parsed<S extends TSchema>(schema: S, text: string): Static<S> | undefined {
  const json = parseText(Buffer.from(text));
  const checked = json.ok ? validate(schema, json.value) : json;
  return checked.ok ? checked.value : undefined;
}
