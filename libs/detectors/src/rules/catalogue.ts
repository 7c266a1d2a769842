import type { ContextRule, Region } from '../rule/context-rule.js';
import type { RuleDefinition } from '../rule/definition.js';
import type { RuleId } from '../rule/scale.js';
import type { TokenRule } from '../rule/token-rule.js';
import { aiTokens } from './ai-tokens.js';
import { cloudTokens } from './cloud-tokens.js';
import { grammarRules, namedValueRules, personalDetailRules, unsafeRules } from './further-rules.js';
import { messagingTokens } from './messaging-tokens.js';
import { morePersonalIds } from './more-personal-ids.js';
import { patternRules } from './pattern-rules.js';
import { paymentTokens } from './payment-tokens.js';
import { personalIds } from './personal-ids.js';
import { saasTokens } from './saas-tokens.js';
import { sourceTokens } from './source-tokens.js';
import { vendorRules } from './vendor-names.js';

/** Version of the rule set: changes whenever a rule is added, removed or changed in what it finds. */
export const RULE_SET_VERSION = '2026.11.2';

/** Rules for tokens with a fixed text, most specific first. */
export const tokenRules: readonly TokenRule[] = [
  ...cloudTokens,
  ...sourceTokens,
  ...aiTokens,
  ...paymentTokens,
  ...messagingTokens,
  ...saasTokens,
];

/** Rules for numbers that a word announces. */
export const contextRules: readonly ContextRule[] = [...personalIds, ...morePersonalIds];

/** Regions that have rules of their own, in order. */
export const allRegions: readonly Region[] = [...new Set(contextRules.map((rule) => rule.region))]
  .filter((region) => region !== '*')
  .sort();

/** A name right before a value says more than a sentence about it. */
const isTelling = ({ id }: RuleDefinition): boolean => id !== 'secret.password-prose';
const withFixedText = new Set([...tokenRules, ...namedValueRules].map((rule) => rule.id));
/** Several patterns may share one rule; the first of them defines it. */
const uniquePatterns = patternRules.filter(
  (rule, index) =>
    patternRules.findIndex(({ id }) => id === rule.id) === index && !withFixedText.has(rule.id),
);

/** Every rule, most specific first: among rules that find the same place, the first one names it. */
export const allRules: readonly RuleDefinition[] = [
  ...unsafeRules.slice(0, 1),
  ...tokenRules,
  ...vendorRules.filter((rule) => !withFixedText.has(rule.id)),
  ...grammarRules,
  ...uniquePatterns.filter(isTelling),
  ...namedValueRules,
  ...uniquePatterns.filter((rule) => !isTelling(rule)),
  ...personalDetailRules.slice(0, 3),
  ...contextRules,
  ...personalDetailRules.slice(3),
  ...unsafeRules.slice(1),
];

const definitions: ReadonlyMap<RuleId, RuleDefinition> = new Map(allRules.map((rule) => [rule.id, rule]));
const places: ReadonlyMap<RuleId, number> = new Map(allRules.map((rule, index) => [rule.id, index]));

/** The definition of a rule of this library; undefined for a rule that a tenant brought. */
export function definitionOf(id: RuleId): RuleDefinition | undefined {
  return definitions.get(id);
}

/** Negative when `a` is the more specific of two rules. Rules of tenants come first: they know their own. */
export function bySpecificity(a: RuleId, b: RuleId): number {
  return (places.get(a) ?? -1) - (places.get(b) ?? -1);
}
