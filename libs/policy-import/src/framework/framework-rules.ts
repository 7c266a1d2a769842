import { celHas, celText } from '../write/cel.js';
import type { NativeEntry } from '../write/native-policy.js';
import { idPart } from '../source/grammar.js';
import { denials, type Match } from './framework-denials.js';
import type { ApprovalEntry, Framework } from './read-framework.js';
import type { FrameworkAnswers } from './resolve-framework.js';

/** What the rules of a framework are made of. */
export interface FrameworkRuleInput {
  readonly framework: Framework;
  readonly answers: FrameworkAnswers;
  readonly unlisted: 'deny' | 'require_approval';
}

/** The native rules, with ids in the order in which their reasons are told. */
export function frameworkRules(input: FrameworkRuleInput): readonly NativeEntry[] {
  const { framework, answers } = input;
  const prefix = idPart(framework.name);
  const match = {
    topics: [...answers.topics],
    ...(answers.agents.length > 0 && { agents: [...answers.agents] }),
  };
  return [
    ...denials(framework, answers, prefix, match),
    ...unlistedRules(input, prefix, match),
    ...approvalRules(framework, answers, prefix, match),
    ...grants(framework, answers, prefix, match),
  ];
}

function unlistedRules(
  { framework, answers, unlisted }: FrameworkRuleInput,
  prefix: string,
  match: Match,
): NativeEntry[] {
  const rules: NativeEntry[] = [
    {
      comment: 'What neither auto_approve nor approval_required lists.',
      value: {
        id: `${prefix}.4-unlisted`,
        match: answers.listed.length > 0 ? { ...match, except: { actions: [...answers.listed] } } : match,
        decision: unlisted,
        reason: 'The action is not listed',
      },
    },
  ];
  const automatic = new Set(framework.automatic.map(({ value }) => value));
  for (const action of answers.listed) {
    const entries = framework.approvals.filter((entry) => entry.action === action);
    if (automatic.has(action) || entries.some(({ having }) => !having)) continue;
    rules.push({
      comment: `${action} is listed only for the cases below; any other case of it is not listed.`,
      value: {
        id: `${prefix}.4-unlisted-${action.toLowerCase()}`,
        match: { ...match, actions: [action] },
        when: `!(${entries.map((entry) => `(${having(entry, answers)})`).join(' || ')})`,
        decision: unlisted,
        reason: 'This case of the action is not listed',
      },
    });
  }
  return rules;
}

/** Holds if the list has the member, in upper or lower case. */
function having({ having: asked }: ApprovalEntry, { names }: FrameworkAnswers): string {
  const path = names.get(asked?.name ?? '')?.path;
  if (!path || !asked) throw new TypeError('a condition was not resolved');
  const value = asked.value.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found = `${path.cel}.exists(one, type(one) == string && one.lowerAscii() == ${celText(value)})`;
  return `${celHas(path)} && type(${path.cel}) == list && ${found}`;
}

function approvalRules(
  framework: Framework,
  answers: FrameworkAnswers,
  prefix: string,
  match: Match,
): NativeEntry[] {
  const rules: NativeEntry[] = [];
  const checked = new Set<string>();
  for (const [at, entry] of framework.approvals.entries()) {
    const { action, having: asked, node, text } = entry;
    const own = { ...match, actions: [action] };
    const path = asked && answers.names.get(asked.name)?.path;
    const check = `${action}.${asked?.name}`;
    if (path && asked && !checked.has(check)) {
      checked.add(check);
      rules.push({
        comment: `${text}: leaving ${asked.name} out is no way around it.`,
        value: {
          id: `${prefix}.5-${asked.name.toLowerCase()}-of-${action.toLowerCase()}`,
          match: own,
          // An API writes a label as `{name: …}`, where the rule below would not find it.
          when: `!(${celHas(path)}) || type(${path.cel}) != list || ${path.cel}.exists(one, type(one) != string)`,
          decision: 'deny',
          reason: `${asked.name} is missing or no list of texts`,
        },
      });
    }
    rules.push({
      comment: `approval_required (line ${node.place.line}): ${text}`,
      value: {
        id: `${prefix}.6-approval-${at + 1}`,
        match: own,
        ...(asked && { when: having(entry, answers) }),
        decision: 'require_approval',
        reason: `A human must approve: ${text}`,
        ...(framework.rollback && { obligations: ['rollback'] }),
      },
    });
  }
  return rules;
}

function grants(
  framework: Framework,
  answers: FrameworkAnswers,
  prefix: string,
  match: Match,
): NativeEntry[] {
  const obligations = framework.rollback ? { obligations: ['rollback'] } : {};
  const rules: NativeEntry[] = answers.rates.map(({ node, name, rate, actions }, at) => ({
    comment: `rate_limits (line ${node.place.line}): ${name} ${rate}`,
    value: {
      id: `${prefix}.7-rate-${at + 1}`,
      match: { ...match, actions: [...actions] },
      decision: 'throttle',
      grants: false,
      throttle: {
        rate,
        key: answers.agents.length > 0 ? 'agent' : 'tenant',
        on_excess: 'reject',
      },
      reason: `At most ${rate} (${name})`,
    },
  }));
  if (framework.automatic.length > 0) {
    rules.push({
      comment: 'auto_approve',
      value: {
        id: `${prefix}.8-automatic`,
        match: { ...match, actions: framework.automatic.map(({ value }) => value) },
        decision: 'allow',
        reason: 'The action is approved automatically',
        ...obligations,
      },
    });
  }
  return rules;
}
