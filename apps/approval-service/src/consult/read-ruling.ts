import { Type } from '@sinclair/typebox';
import { Decision, DecisionType, validate } from '@countersign/contracts';
import { termsOf } from '../terms/terms-of.js';
import type { Ruling } from './ruling.js';

const { type, obligations } = Decision.properties;
const Reevaluated = Type.Object({ ok: Type.Literal(true), type, obligations, job_hash: Type.String() });

const UNAVAILABLE: Ruling = { kind: 'unavailable' };

/**
 * Reads the evaluator's answer about a job. Whatever is no clear answer about exactly these bytes is none: then nobody
 * approves. `action` is what a confirmation has to name.
 */
export function readRuling(
  answer: unknown,
  about: { readonly job_hash: string; readonly action: string },
): Ruling {
  const checked = validate(Reevaluated, answer);
  if (!checked.ok || checked.value.job_hash !== about.job_hash) return UNAVAILABLE;
  const { type: decided, obligations: asked } = checked.value;
  if (decided === DecisionType.Deny) return { kind: 'denied' };
  const { quorum, groups, confirm } = termsOf(asked.approval, about.action);
  return { kind: 'open', terms: { quorum, groups, confirm } };
}
