import type { BenchRule, Effect } from '../data/rule.js';
import { importPeer } from '../peers.js';
import { engine, type Engine } from './engine.js';

interface Uid {
  readonly type: string;
  readonly id: string;
}
interface Call {
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: Readonly<Record<string, unknown>>;
  readonly preparsedPolicySetId: string;
  readonly validateRequest: boolean;
  readonly entities: readonly never[];
}
interface Cedar {
  readonly preparsePolicySet: (id: string, policies: object) => { readonly type: string };
  readonly statefulIsAuthorized: (
    call: Call,
  ) =>
    | { readonly type: 'success'; readonly response: { readonly decision: Effect } }
    | { readonly type: 'failure'; readonly errors: readonly unknown[] };
}

const SET = 'bench';
/** Cedar has no fractions but a decimal type that is slower to compare; amounts go as hundred thousandths. */
const SCALE = 100_000;
const list = (texts: readonly string[]) => `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;

/** Team and verb are in the scope of a policy, which Cedar looks at first; the rest is its condition. */
function policyOf({
  effect,
  team,
  kind,
  verb,
  anyTag,
  allTags,
  noTag,
  tenant,
  env,
  when,
}: BenchRule): string {
  const conditions = [
    kind !== undefined && `context.kind == ${JSON.stringify(kind)}`,
    tenant !== undefined && `context.tenant == ${JSON.stringify(tenant)}`,
    env !== undefined && `context.env == ${JSON.stringify(env)}`,
    anyTag && `context.tags.containsAny(${list(anyTag)})`,
    allTags && `context.tags.containsAll(${list(allTags)})`,
    noTag && `!context.tags.containsAny(${list(noTag)})`,
    when &&
      `context.amount > ${Math.round(when.over * SCALE)} && ${list(when.regions)}.contains(context.region)`,
  ].filter((condition) => typeof condition === 'string');
  const action = verb === undefined ? 'action' : `action == Action::${JSON.stringify(verb)}`;
  const resource = team === undefined ? 'resource' : `resource == Team::${JSON.stringify(team)}`;
  const head = `${effect === 'allow' ? 'permit' : 'forbid'}(principal, ${action}, ${resource})`;
  return conditions.length === 0 ? `${head};` : `${head} when { ${conditions.join(' && ')} };`;
}

/** Policies are parsed once and kept inside the module; a call names them. */
export async function loadCedar(rules: readonly BenchRule[]): Promise<Engine> {
  const cedar = await importPeer<Cedar>('@cedar-policy/cedar-wasm/nodejs');
  const staticPolicies = Object.fromEntries(rules.map((rule) => [rule.id, policyOf(rule)]));
  const parsed = cedar.preparsePolicySet(SET, { staticPolicies });
  if (parsed.type !== 'success') throw new Error(`the policies do not load: ${JSON.stringify(parsed)}`);
  return engine<Call>({
    ask: ({ team, kind, verb, tags, tenant, env, amount, region }) => ({
      principal: { type: 'Agent', id: 'agent-1' },
      action: { type: 'Action', id: verb },
      resource: { type: 'Team', id: team },
      context: { kind, tags, tenant, env, amount: amount * SCALE, region },
      preparsedPolicySetId: SET,
      validateRequest: false,
      entities: [],
    }),
    decide: (call) => {
      const answer = cedar.statefulIsAuthorized(call);
      if (answer.type === 'failure') throw new Error(`no answer: ${JSON.stringify(answer.errors)}`);
      return answer.response.decision;
    },
  });
}
