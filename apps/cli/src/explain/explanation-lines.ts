import { type Explanation } from '@countersign/policy-engine';

type Outcome = Explanation['rules'][number] | Explanation['classify'][number] | Explanation['inputs'][number];

/** An explanation for people: the decision first, then every rule in the order in which they are looked at. */
export function explanationLines({ decision, rules, classify, inputs, scopes }: Explanation): string[] {
  const { type, ruleIds, reason, reasonCode, derivedTags, constraints, obligations } = decision;
  const lines = [`${type}${ruleIds[0] === undefined ? '' : ` by ${ruleIds[0]}`} (${reasonCode}): ${reason}`];
  if (derivedTags.length > 0) lines.push(`derived tags: ${derivedTags.join(', ')}`);
  if (Object.keys(constraints).length > 0) lines.push(`constraints: ${JSON.stringify(constraints)}`);
  if (Object.keys(obligations).length > 0) lines.push(`obligations: ${JSON.stringify(obligations)}`);
  if (classify.length > 0) lines.push('', 'classify');
  for (const rule of classify) lines.push(ruleLine(rule, `adds ${rule.tags.join(', ')}`));
  if (rules.length > 0) lines.push('', 'rules');
  for (const rule of rules) {
    lines.push(
      ruleLine(rule, rule.decision + (rule.scope === undefined ? '' : `, in the scope ${rule.scope}`)),
    );
  }
  if (inputs.length > 0) lines.push('', 'rules about what it was given');
  for (const rule of inputs) {
    lines.push(
      ruleLine(rule, rule.action + (rule.scope === undefined ? '' : `, in the scope ${rule.scope}`)),
    );
  }
  const concerned = scopes.filter((scope) => scope.concerned);
  if (concerned.length > 0) lines.push('', 'scopes of the job');
  for (const scope of concerned) {
    const matched = scope.matched.length > 0 ? `matched by ${scope.matched.join(', ')}` : 'no rule matches';
    lines.push(`  ${scope.id} (default ${scope.default}): ${matched}`);
  }
  lines.push('');
  return lines;
}

function ruleLine(rule: Outcome, what: string): string {
  if (rule.matched) return `  + ${rule.ruleId} (${what}): matched`;
  if ('fault' in rule) return `  ! ${rule.ruleId} (${what}): ${rule.detail} (${rule.fault})`;
  return `  - ${rule.ruleId} (${what}): ${rule.failed.detail}`;
}

/** An explanation for programs, spelled as messages and the API spell it. */
export function explanationJson({
  decision,
  rules,
  classify,
  inputs,
  scopes,
}: Explanation): Record<string, unknown> {
  const { type, ruleIds, reason, reasonCode, derivedTags, constraints, obligations } = decision;
  const named = <T extends { readonly ruleId: string }>({ ruleId, ...rest }: T) => ({
    rule_id: ruleId,
    ...rest,
  });
  return {
    decision: {
      type,
      rule_ids: ruleIds,
      reason,
      reason_code: reasonCode,
      derived_tags: derivedTags,
      constraints,
      obligations,
    },
    rules: rules.map(named),
    classify: classify.map(named),
    inputs: inputs.map(named),
    scopes,
  };
}
