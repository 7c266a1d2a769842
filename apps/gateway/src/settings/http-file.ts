import { Type, type Static } from '@sinclair/typebox';
import { MAX_BLOB_BYTES } from '@countersign/contracts';
import { CallbacksFile } from '../callbacks/callbacks-file.js';
import { ConsoleFile } from '../console/console-file.js';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 1024 });
const Texts = Type.Array(Text, { maxItems: 256 });

/** Where a claim is: its name, or the names that lead to it through objects. */
const Claim = Type.Union([Text, Type.Array(Text, { minItems: 1, maxItems: 8 })]);

/** An issuer of tokens: whose signatures count, for what, and what its claims mean here. */
const Issuer = Type.Object(
  {
    issuer: Text,
    audience: Type.Union([Text, Type.Array(Text, { minItems: 1, maxItems: 16 })]),
    jwks_url: Type.Optional(Text),
    jwks: Type.Optional(
      Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1 }) }, closed),
    ),
    algorithms: Type.Optional(Type.Array(Text, { minItems: 1 })),
    clock_tolerance_sec: Type.Optional(Type.Integer({ minimum: 0, maximum: 300 })),
    max_age_sec: Type.Optional(Type.Integer({ minimum: 1 })),
    type: Type.Optional(Text),
    required_claims: Type.Optional(Texts),
    required_values: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean(), Type.Number()])),
    ),
    name: Type.Optional(Type.Object({ claim: Type.Optional(Claim), prefix: Type.Optional(Text) }, closed)),
    tenant: Type.Union([
      Type.Object({ value: Text }, closed),
      Type.Object({ claim: Claim, map: Type.Optional(Type.Record(Type.String(), Text)) }, closed),
    ]),
    roles: Type.Union([
      Type.Object({ value: Texts }, closed),
      Type.Object({ claim: Claim, map: Type.Optional(Type.Record(Type.String(), Texts)) }, closed),
    ]),
    groups: Type.Optional(Type.Object({ claim: Claim }, closed)),
    agents: Type.Optional(
      Type.Union([Type.Object({ value: Texts }, closed), Type.Object({ claim: Claim }, closed)]),
    ),
  },
  closed,
);
export type IssuerFile = Static<typeof Issuer>;

const RouteLimits = Type.Object(
  {
    require_headers: Type.Optional(Texts),
    allow_addresses: Type.Optional(Texts),
    rate_limit: Type.Optional(
      Type.Object(
        {
          rate: Type.String({ pattern: '^[1-9][0-9]{0,8}/(second|minute|hour|day)$' }),
          burst: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type RouteLimitsFile = Static<typeof RouteLimits>;

/** Names that are one person's: of their credentials, and of the agents that are theirs. */
const Person = Type.Object(
  {
    tenant: Type.String({ pattern: '^[a-z0-9_-]{1,64}$' }),
    names: Type.Array(Text, { minItems: 1, maxItems: 256 }),
  },
  closed,
);
export type PersonFile = Static<typeof Person>;

/** `config/http.yaml`: who may call the HTTP API, from where and how often. */
export const HttpFile = Type.Object(
  {
    issuers: Type.Optional(Type.Array(Issuer, { maxItems: 32 })),
    platform_tenant: Type.Optional(Type.String({ pattern: '^[a-z0-9_-]{1,64}$' })),
    people: Type.Optional(Type.Array(Person, { maxItems: 10_000 })),
    trusted_proxies: Type.Optional(Texts),
    /** What runs may upload, in bytes: one blob, and all of one tenant that no verdict has released yet. */
    blobs: Type.Optional(
      Type.Object(
        {
          max_bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_BLOB_BYTES })),
          per_tenant_bytes: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
    ),
    routes: Type.Optional(Type.Record(Type.String(), RouteLimits)),
    console: Type.Optional(ConsoleFile),
    callbacks: Type.Optional(CallbacksFile),
  },
  { ...closed, $id: 'HttpFile' },
);
export type HttpFile = Static<typeof HttpFile>;
