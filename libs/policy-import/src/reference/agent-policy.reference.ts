import { parse } from 'yaml';
import type { PolicyRequest } from '@countersign/policy-engine';
import { comparisons, type Condition } from '../condition/condition.js';
import { parseCondition } from '../condition/parse-condition.js';
import type { NameAnswer } from '../import-options.js';
import type { Verdict } from './verdict.js';

interface Source {
  readonly agent_id: string;
  readonly domain: string;
  readonly allowed_actions: readonly string[];
  readonly forbidden_actions: readonly string[];
  readonly escalation_rules: readonly { readonly condition: string; readonly action: string }[];
}

/**
 * Decides as an agent policy says, step by step: forbidden, domain, allowed, then what escalates. Holes that the
 * import closes are closed here too: values that are left out, of the wrong type, or below 0.
 */
export function agentPolicyReference(
  text: string,
  names: Readonly<Record<string, NameAnswer>>,
): (request: PolicyRequest) => Verdict {
  const source = parse(text) as Source;
  const allowed = source.allowed_actions.map((name) => name.toLowerCase());
  const rules = source.escalation_rules.map(({ condition, action }) => {
    const parsed = parseCondition(condition);
    if (!parsed.ok) throw new Error(parsed.message);
    return { condition: parsed.condition, action, text: condition };
  });
  return (request) => {
    const action = request.action?.toLowerCase() ?? request.topic.slice(request.topic.lastIndexOf('.') + 1);
    if (request.agentId !== source.agent_id) return { type: 'DENY', branch: 'other agent' };
    if (source.forbidden_actions.includes(action)) {
      return deny('forbidden', `The action is forbidden for ${source.agent_id}`);
    }
    if (!request.topic.startsWith(`job.${source.domain}.`)) {
      return deny('domain', `Outside the domain of ${source.agent_id}`);
    }
    if (!allowed.includes(action)) {
      return deny('not allowed', `The action is not among the allowed actions of ${source.agent_id}`);
    }
    const used = rules.flatMap(({ condition }) => comparisons(condition));
    for (const { name, value } of used) {
      const answer = names[name];
      const given = valueAt(request, answer?.path ?? '');
      if (given === undefined) {
        if (!answer?.carriedBy || answer.carriedBy.includes(action))
          return { type: 'DENY', branch: 'missing' };
      } else if (typeof given !== typeof value) return { type: 'DENY', branch: 'wrong type' };
    }
    const limits = used.filter(({ operator, value }) => operator.startsWith('>') && Number(value) >= 0);
    for (const { name } of limits) {
      const given = valueAt(request, names[name]?.path ?? '');
      if (!names[name]?.signed && typeof given === 'number' && given < 0)
        return { type: 'DENY', branch: 'negative' };
    }
    for (const { condition, action: ask, text: told } of rules) {
      if (!holds(condition, (name) => valueAt(request, names[name]?.path ?? ''))) continue;
      const kind = ask === 'human_approval_required' ? 'A human must approve' : 'A human review comes first';
      return { type: 'REQUIRE_APPROVAL', branch: ask, reason: `${kind}: ${told}` };
    }
    return { type: 'ALLOW', branch: 'allowed', reason: `The action is allowed for ${source.agent_id}` };
  };
}

const deny = (branch: string, reason: string): Verdict => ({ type: 'DENY', branch, reason });

function valueAt(request: PolicyRequest, path: string): unknown {
  const [root, ...steps] = path.split('.');
  let value: unknown = root === 'params' ? request.params : request.labels;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function holds(condition: Condition, valueOf: (name: string) => unknown): boolean {
  if (condition.kind === 'not') return !holds(condition.operand, valueOf);
  if (condition.kind !== 'compare') {
    const held = condition.operands.filter((one) => holds(one, valueOf));
    return condition.kind === 'and' ? held.length === condition.operands.length : held.length > 0;
  }
  const given = valueOf(condition.name);
  if (given === undefined) return false;
  const { operator, value } = condition;
  if (operator === '==') return given === value;
  if (operator === '!=') return given !== value;
  const difference = Number(given) - Number(value);
  if (operator === '>') return difference > 0;
  if (operator === '>=') return difference >= 0;
  return operator === '<' ? difference < 0 : difference <= 0;
}
