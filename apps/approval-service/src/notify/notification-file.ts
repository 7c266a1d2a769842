import { Type, type Static } from '@sinclair/typebox';
import { HAPPENINGS, type Happening } from './happening.js';

const closed = { additionalProperties: false } as const;
const Path = Type.String({ minLength: 1, maxLength: 1024 });
const Url = Type.String({ minLength: 1, maxLength: 2048 });
const Tenant = Type.String({ pattern: '^[a-z0-9_-]{1,64}$' });
const Caller = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$' });
/** One plain mailbox: no name beside it, and nothing that could end a header. */
const Mailbox = Type.String({
  pattern: "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$",
});
const Secrets = Type.Array(Path, { minItems: 1, maxItems: 8 });

const Common = {
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
  /** Hosts, addresses and networks that may be reached although they are private. */
  allow_private: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 64 })),
};
const Told = {
  ...Common,
  /** Whose questions are told; `*` alone for those of every tenant. */
  tenants: Type.Array(Type.Union([Tenant, Type.Literal('*')]), { minItems: 1, maxItems: 1024 }),
  on: Type.Array(Type.Unsafe<Happening>({ type: 'string', enum: [...HAPPENINGS] }), {
    minItems: 1,
    uniqueItems: true,
  }),
};
/** Of an address and the file that holds it exactly one: addresses are often secrets themselves. */
const Address = { url: Type.Optional(Url), url_file: Type.Optional(Path) };

const Webhook = Type.Object(
  { ...Told, kind: Type.Literal('webhook'), ...Address, secret_files: Secrets },
  closed,
);
const Slack = Type.Object(
  { ...Told, kind: Type.Literal('slack'), ...Address, buttons: Type.Optional(Type.Boolean()) },
  closed,
);
const Email = Type.Object(
  {
    ...Told,
    kind: Type.Literal('email'),
    from: Mailbox,
    to: Type.Array(Mailbox, { minItems: 1, maxItems: 50 }),
    smtp: Type.Object(
      {
        host: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$' }),
        port: Type.Integer({ minimum: 1, maximum: 65_535 }),
        /** TLS from the first byte, as on port 465; else STARTTLS. */
        implicit_tls: Type.Optional(Type.Boolean()),
        /** No TLS at all where the server offers none. Without this only on loopback. */
        allow_plaintext: Type.Optional(Type.Boolean()),
        user: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
        password_file: Type.Optional(Path),
        ca_file: Type.Optional(Path),
      },
      closed,
    ),
  },
  closed,
);

/** Where who asked for a job is told how its question ended. */
const Callback = Type.Object(
  {
    ...Common,
    tenant: Tenant,
    /** Of jobs that came from this producer alone. */
    producer: Type.Optional(Tenant),
    /** Of jobs that this caller submitted alone. */
    caller: Type.Optional(Caller),
    ...Address,
    secret_files: Secrets,
  },
  closed,
);

/** The file that says whom to tell about approvals, and how. It holds no secrets, only the names of their files. */
export const NotificationFile = Type.Object(
  {
    /** Where people find the console: the beginning of every link. */
    console_url: Type.Optional(Url),
    targets: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 64 })),
    callbacks: Type.Optional(Type.Array(Callback, { maxItems: 256 })),
  },
  { ...closed, $id: 'NotificationFile' },
);
export type NotificationFile = Static<typeof NotificationFile>;

/** What a target may be, by its `kind`. Checked one by one, so that a mistake is named where it is. */
export const TARGETS = { webhook: Webhook, slack: Slack, email: Email } as const;
export type WebhookFile = Static<typeof Webhook>;
export type SlackFile = Static<typeof Slack>;
export type EmailFile = Static<typeof Email>;
export type CallbackFile = Static<typeof Callback>;
