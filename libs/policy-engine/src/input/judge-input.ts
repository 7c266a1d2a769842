import { FINDING_SEVERITIES } from '@countersign/contracts';
import type { PolicyRequest } from '../decide/policy-request.js';
import { InputAction, INPUT_ACTIONS, type FoundKind, type InputRule } from '../findings/finding-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { topicTokens } from '../topic/topic-pattern.js';

/** Of a draft that is to be published: from this severity on, a person looks at what was found. */
const HELD_FROM = 'medium';

/** What the rules about inputs make of a job. */
export type InputJudgement =
  /** No rule names such a job, or none has anything against what was found. */
  | { readonly action: 'none' }
  /** It has to be looked at and was not, or not wholly. */
  | { readonly action: 'unscannable' }
  | {
      readonly action: InputAction;
      /** The rules that matched, the strictest first; none where it is the draft's own rule. */
      readonly rules: readonly InputRule[];
    };

const NONE: InputJudgement = { action: 'none' };

/** Whether the job asks to make public what it was given. */
export const isPublishing = ({ details }: Pick<PolicyRequest, 'details'>): boolean =>
  details?.['publish'] === true;

/** Whether what a job was given has to be looked at before it is decided. */
export function needsScan(
  snapshot: Pick<PolicySnapshot, 'input' | 'inputs'>,
  request: PolicyRequest,
): boolean {
  if (isPublishing(request)) return true;
  // Most policies say nothing of inputs: their decisions cost what they always did.
  if (snapshot.input === undefined || typeof request.topic !== 'string') return false;
  const { tenantId, agentId } = request;
  return snapshot.inputs.concerning({ tokens: topicTokens(request.topic), tenantId, agentId }).length > 0;
}

/** Judges what was found in a job. Pure. */
export function judgeInput(
  snapshot: Pick<PolicySnapshot, 'input' | 'inputs'>,
  request: Pick<PolicyRequest, 'tenantId' | 'agentId' | 'details' | 'input' | 'redacted'>,
  tokens: readonly string[],
): InputJudgement {
  const { tenantId, agentId, input } = request;
  const publishing = isPublishing(request);
  if (snapshot.input === undefined && !publishing) return NONE;
  const concerned = snapshot.inputs.concerning({ tokens, tenantId, agentId });
  if (concerned.length === 0 && !publishing) return NONE;
  if (!input?.complete) return { action: 'unscannable' };
  const { findings } = input;
  const rules = concerned.flatMap(({ rule, matcher }) => (findings.some(matcher.holds) ? [rule] : []));
  const actions = [
    ...rules.map(({ action }) => action),
    ...(publishing ? findings.flatMap(draftAction) : []),
  ];
  const strictest = INPUT_ACTIONS.findLast((action) => actions.includes(action));
  if (strictest === undefined) return NONE;
  // What is still there after it was taken out can't be taken out.
  const stuck = strictest === InputAction.Redact && (request.redacted === true || !input.redactable);
  const action = stuck ? InputAction.Deny : strictest;
  return { action, rules };
}

/** What becomes of a draft with such a finding, whatever rules there are. */
function draftAction({ kind, severity }: FoundKind): InputAction[] {
  if (kind === 'secret' && severity === 'critical') return [InputAction.Deny];
  const rank = (one: FoundKind['severity']) => FINDING_SEVERITIES.indexOf(one);
  return rank(severity) >= rank(HELD_FROM) ? [InputAction.Hold] : [];
}
