import { Type, type Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 1024 });

/** A way to sign in: the console as a client of one of the issuers (OpenID Connect). */
const SignIn = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    name: Text,
    issuer: Text,
    client_id: Text,
    client_secret_file: Type.Optional(Text),
    scope: Type.Optional(Text),
    token: Type.Optional(Type.Union([Type.Literal('access_token'), Type.Literal('id_token')])),
  },
  closed,
);
export type SignInFile = Static<typeof SignIn>;

/** `console` of `config/http.yaml`: where browsers reach it, and how people sign in besides by a key. */
export const ConsoleFile = Type.Object(
  {
    url: Type.Optional(Text),
    traces_url: Type.Optional(Text),
    session_key_file: Type.Optional(Text),
    session_max_sec: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
    sign_in: Type.Optional(Type.Array(SignIn, { maxItems: 8 })),
  },
  closed,
);
export type ConsoleFile = Static<typeof ConsoleFile>;
