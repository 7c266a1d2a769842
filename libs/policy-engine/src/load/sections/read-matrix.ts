import { NO_GRANT, type PolicyRule } from '../../policy-rule.js';
import { Decision, ObligationFlag, ProblemCode, ReasonCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import { tagFault } from '../read-match.js';
import { readAnyOf, readTopics } from '../read-names.js';
import { DEFAULT_APPROVAL_TTL_SEC, DEFAULT_QUORUM } from '../read-obligations.js';
import type { Located } from '../read-rule.js';
import { readEntry, ruleOf } from './section-rule.js';

/** The tags that make a job high risk unless the entry says otherwise (P7). */
export const HIGH_RISK_TAGS = ['destructive', 'financial', 'security'] as const;
/** Confidence strictly above it is high, unless the entry says otherwise (P7). */
export const CONFIDENCE_THRESHOLD = 0.8;

/** One entry of `matrix` (P7). Grants nothing: confidence is the agent's own claim. */
export function readMatrix(reader: PolicyReader, item: Member): Located<PolicyRule>[] {
  const entry = readEntry(reader, item, 'matrix', ['topics', 'high_risk', 'threshold']);
  if (!entry) return [];
  const { members } = entry.section;
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const tags = readAnyOf(reader, members.get('high_risk'), 'high_risk', tagFault) ?? [...HIGH_RISK_TAGS];
  const sure = isSure(readThreshold(reader, members.get('threshold')) ?? CONFIDENCE_THRESHOLD);
  const lowRisk = { ...(topics && { topics }), risk_tags: { none: tags } };
  const highRisk = { ...(topics && { topics }), risk_tags: { any: tags } };
  return [
    ruleOf(entry, 'proceed', {
      decision: Decision.Allow,
      match: lowRisk,
      when: [sure],
      scope: NO_GRANT,
      reason: 'High confidence and low risk: the job is marked in the audit and rolled back if it fails.',
      obligations: [ObligationFlag.Audit, ObligationFlag.Rollback],
    }),
    ruleOf(entry, 'proceed-with-caution', {
      decision: Decision.Allow,
      match: lowRisk,
      when: [`!(${sure})`],
      scope: NO_GRANT,
      reason: 'Low confidence and low risk: a person looks at the work afterwards.',
      obligations: [ObligationFlag.ReviewAfter],
    }),
    ruleOf(entry, 'ask', {
      decision: Decision.RequireApproval,
      match: highRisk,
      when: [sure],
      scope: NO_GRANT,
      reason: 'High risk needs an approval, however confident the agent is.',
      approval: { quorum: DEFAULT_QUORUM, groups: [], ttl_sec: DEFAULT_APPROVAL_TTL_SEC },
    }),
    ruleOf(entry, 'reject', {
      decision: Decision.Deny,
      match: highRisk,
      when: [`!(${sure})`],
      reason: 'High risk at low confidence is refused.',
      reason_code: ReasonCode.LowConfidence,
      obligations: [ObligationFlag.Notify],
    }),
  ];
}

/** Holds for a number between threshold (not included) and 1; whatever else stands there, or nothing, counts as low. */
function isSure(threshold: number): string {
  const claim = 'job.rationale.confidence';
  const text = Number.isInteger(threshold) ? threshold.toFixed(1) : String(threshold);
  return [
    'has(job.rationale)',
    'type(job.rationale) == map',
    `has(${claim})`,
    `(type(${claim}) == double || type(${claim}) == int)`,
    `${claim} > ${text}`,
    `${claim} <= 1.0`,
  ].join(' && ');
}

function readThreshold(reader: PolicyReader, member: Member | undefined): number | undefined {
  const threshold = member && reader.number(member, 'threshold');
  if (threshold === undefined || (threshold >= 0 && threshold <= 1)) return threshold;
  return reader.fault(
    member?.value ?? null,
    ProblemCode.BadLimit,
    'threshold is a confidence, so it is between 0 and 1',
  );
}
