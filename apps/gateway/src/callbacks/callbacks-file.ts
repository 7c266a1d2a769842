import { Type, type Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$' });
const SlackId = Type.String({ pattern: '^[A-Z0-9]{2,32}$' });

/** A workspace of Slack, or of what signs and asks as Slack does, from which people may answer. */
const SlackWorkspace = Type.Object(
  {
    team_id: SlackId,
    /** Whose questions are answered from there. */
    tenant: Type.String({ pattern: '^[a-z0-9_-]{1,64}$' }),
    signing_secret_file: Type.String({ minLength: 1, maxLength: 1024 }),
    users: Type.Array(
      Type.Object(
        {
          id: SlackId,
          /** The reviewer's name here: one that `people` lists for the tenant. */
          name: Name,
          groups: Type.Optional(Type.Array(Name, { maxItems: 256 })),
        },
        closed,
      ),
      { minItems: 1, maxItems: 10_000 },
    ),
    /** The host that takes what is said to who has pressed a button. */
    response_host: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    allow_private: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 64 })),
  },
  closed,
);
export type SlackWorkspaceFile = Static<typeof SlackWorkspace>;

/** Chats from which people may answer. */
export const CallbacksFile = Type.Object(
  { slack: Type.Optional(Type.Array(SlackWorkspace, { maxItems: 64 })) },
  closed,
);
export type CallbacksFile = Static<typeof CallbacksFile>;
