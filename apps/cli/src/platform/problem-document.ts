import { Type } from '@sinclair/typebox';
import { parseText, validate } from '@countersign/contracts';
import type { PlacedProblem } from '../output/problem-lines.js';
import { UserError } from '../user-error.js';

const Problem = Type.Object({
  code: Type.String(),
  detail: Type.String(),
  pointer: Type.Optional(Type.String()),
  trace_id: Type.Optional(Type.String()),
  problems: Type.Optional(
    Type.Array(
      Type.Object({
        file: Type.String(),
        line: Type.Integer(),
        column: Type.Integer(),
        code: Type.String(),
        message: Type.String(),
      }),
    ),
  ),
});

/** The platform said no. Where it found something wrong with a policy, the places are told. */
export class PlatformRefusal extends UserError {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly problems: readonly PlacedProblem[],
  ) {
    super(message);
  }
}

/** What an answer without success says: its problem document (RFC 9457), or just its status. */
export function refusalOf(status: number, body: Uint8Array): PlatformRefusal {
  const parsed = parseText(body);
  const checked = parsed.ok ? validate(Problem, parsed.value) : parsed;
  if (!checked.ok) return new PlatformRefusal(`the platform answered ${status}`, status, 'unknown', []);
  const { code, detail, pointer, trace_id: trace, problems = [] } = checked.value;
  const at = pointer === undefined ? '' : ` (${pointer})`;
  const under = trace === undefined ? '' : `, trace ${trace}`;
  return new PlatformRefusal(
    `the platform answered ${status} ${code}: ${detail}${at}${under}`,
    status,
    code,
    problems,
  );
}
