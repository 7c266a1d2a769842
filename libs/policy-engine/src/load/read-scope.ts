import type { InputRule, OutputRule } from '../findings/finding-rule.js';
import type { PolicyRule, PolicyScope, RuleMatch } from '../policy-rule.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';
import { readAgents, readTenants } from './read-names.js';
import type { Stated } from './read-policy-file.js';
import type { Located } from './read-rule.js';

/** The `scope` and `default` of a file. */
export function readScope(
  reader: PolicyReader,
  members: ReadonlyMap<string, Member>,
): Stated<PolicyScope> | undefined {
  const member = members.get('scope');
  const defaultMember = members.get('default');
  const byDefault = defaultMember && reader.word(defaultMember, 'default', ['inherit', 'deny']);
  if (!member) {
    if (defaultMember) {
      const message = 'default is of a scope; outside any scope, no match denies anyway';
      reader.fault(defaultMember.key, ProblemCode.KeyNotAllowed, message);
    }
    return undefined;
  }
  const section = reader.section(member, 'scope', ['tenants', 'agents']);
  if (!section) return undefined;
  if (section.members.size === 0) {
    return reader.fault(section.node, ProblemCode.EmptyCondition, 'scope is empty; name tenants or agents');
  }
  const tenants = readTenants(reader, section.members.get('tenants'), 'scope.tenants');
  const agents = readAgents(reader, section.members.get('agents'), 'scope.agents');
  const who = { ...(tenants && { tenants }), ...(agents && { agents }) };
  const scope = { id: scopeId(who, byDefault ?? 'inherit'), ...who, default: byDefault ?? 'inherit' };
  return { value: scope, at: reader.placeOf(member.key) };
}

/** A scope is named by what it says, so that the name of its file plays no part in the digest. */
function scopeId(who: Pick<PolicyScope, 'tenants' | 'agents'>, byDefault: PolicyScope['default']): string {
  const parts = [
    ...(who.tenants ? [`tenants=${who.tenants.join(',')}`] : []),
    ...(who.agents ? [`agents=${who.agents.join(',')}`] : []),
    ...(byDefault === 'deny' ? ['default=deny'] : []),
  ];
  return parts.join(' ');
}

/** A rule of a scoped file: it concerns whom both name. A rule that would concern nobody is a problem. */
export function narrowRule(
  reader: PolicyReader,
  rule: Located<PolicyRule>,
  scope: PolicyScope | undefined,
): Located<PolicyRule> | undefined {
  if (!scope) return rule;
  if (rule.value.allow_publish) {
    const message = `rule ${rule.value.id}: a rule of a scope grants nothing, so it can't allow publishing`;
    return reader.faultAt(rule.at, ProblemCode.KeyNotAllowed, message);
  }
  const narrowed = withinScope(rule.value, scope);
  if (narrowed) return { ...rule, value: narrowed };
  const message = `rule ${rule.value.id} names nobody of the scope of its file`;
  return reader.faultAt(rule.at, ProblemCode.BadScope, message);
}

/** The same for a rule about findings. */
export function narrowFindingRule<R extends InputRule | OutputRule>(
  reader: PolicyReader,
  rule: Located<R>,
  scope: PolicyScope | undefined,
): Located<R> | undefined {
  if (!scope) return rule;
  const { id, match: all } = rule.value;
  const tenants = common(all.tenants, scope.tenants);
  const agents = common(all.agents, scope.agents);
  if (tenants?.length === 0 || agents?.length === 0) {
    const message = `rule ${id} names nobody of the scope of its file`;
    return reader.faultAt(rule.at, ProblemCode.BadScope, message);
  }
  const match = { ...all, ...(tenants && { tenants }), ...(agents && { agents }) };
  return { ...rule, value: { ...rule.value, match, scope: scope.id } };
}

/** A rule narrowed to a scope, or undefined if nothing is left of it. */
export function withinScope(rule: PolicyRule, scope: PolicyScope): PolicyRule | undefined {
  const tenants = common(rule.match.tenants, scope.tenants);
  const agents = common(rule.match.agents, scope.agents);
  if (tenants?.length === 0 || agents?.length === 0) return undefined;
  const match: RuleMatch = { ...rule.match, ...(tenants && { tenants }), ...(agents && { agents }) };
  return { ...rule, match, scope: rule.scope ?? scope.id };
}

function common(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  return left && right ? left.filter((name) => right.includes(name)) : (left ?? right);
}
