import { Type, type Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

/** The rates a decision obliges to: all limits hold at once. */
export const ThrottleObligation = Type.Object(
  {
    on_excess: Type.Union([Type.Literal('hold'), Type.Literal('reject')]),
    limits: Type.Array(
      Type.Object(
        {
          rule_id: Type.String({ minLength: 1 }),
          limit: Type.Integer({ minimum: 1 }),
          window_sec: Type.Integer({ minimum: 1 }),
          key: Type.Union([
            Type.Literal('tenant'),
            Type.Literal('agent'),
            Type.Literal('action'),
            Type.Literal('topic'),
          ]),
          burst: Type.Integer({ minimum: 1 }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, $id: 'ThrottleObligation' },
);
export type ThrottleObligation = Static<typeof ThrottleObligation>;
export type ThrottleLimit = ThrottleObligation['limits'][number];
