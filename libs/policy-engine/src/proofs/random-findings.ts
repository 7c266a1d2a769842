import { DETECTOR_ACTIONS, FINDING_SEVERITIES, type OutputFinding } from '@countersign/contracts';
import type { ScannedInput } from '../input/scanned-input.js';
import { chance, given, oneOf, someOf, type Draw } from './draw.js';
import { randomPattern } from './random-match.js';
import { AGENTS, PRODUCERS, TENANTS } from './words.js';

/** A rule about findings as a file spells it. */
export interface RawFindingRule {
  readonly id: string;
  readonly action: string;
  readonly match?: Readonly<Record<string, unknown>>;
  readonly [block: string]: unknown;
}

/** Findings that generated policies speak of. */
const FOUND = [
  'secret.aws-session-token',
  'secret.gcp-api-key',
  'pii.EMAIL_ADDRESS',
  'pii.US_SSN',
  'unsafe.html-script',
  'tenant.project-x',
] as const;
const KINDS = [
  'secret',
  'secret.*',
  'pii',
  'pii.*_*',
  '*.gcp-*',
  'unsafe.html-script',
  'tenant.*',
  '*',
] as const;

/** Sections about findings of one file; half of the files have none. */
export function randomFindingSections(draw: Draw, prefix: string, scope: Whom | undefined): object {
  const list = (kind: 'input' | 'output') =>
    Array.from({ length: 1 + draw(3) }, (_, at) =>
      randomFindingRule(draw, `${prefix}-${kind}${at}`, kind, scope),
    );
  return given({
    input: chance(draw, 25) ? { rules: list('input') } : undefined,
    output: chance(draw, 50)
      ? {
          rules: list('output'),
          ...(scope === undefined && chance(draw, 30) && { regions: someOf(draw, ['de', 'FR', 'us']) }),
        }
      : undefined,
  });
}

interface Whom {
  readonly tenants?: readonly string[];
  readonly agents?: readonly string[];
}

/** One rule. What it asks of tenants and agents leaves somebody of its scope. */
export function randomFindingRule(
  draw: Draw,
  id: string,
  kind: 'input' | 'output',
  scope?: Whom,
  action = kind === 'input'
    ? oneOf(draw, ['deny', 'hold', 'redact', 'redact'])
    : oneOf(draw, ['release', 'release', 'redact', 'quarantine']),
): RawFindingRule {
  const match = given({
    topics: chance(draw, 50) ? [randomPattern(draw)] : undefined,
    tenants: chance(draw, 25) ? (scope?.tenants ?? someOf(draw, TENANTS)) : undefined,
    agents: chance(draw, 25) ? (scope?.agents ?? someOf(draw, AGENTS)) : undefined,
    kinds: chance(draw, 70) ? someOf(draw, KINDS) : undefined,
    ...(chance(draw, 50)
      ? { severities: chance(draw, 50) ? someOf(draw, FINDING_SEVERITIES, 3) : undefined }
      : { min_severity: chance(draw, 50) ? oneOf(draw, FINDING_SEVERITIES) : undefined }),
    destinations: kind === 'output' && chance(draw, 20) ? someOf(draw, PRODUCERS) : undefined,
  });
  return {
    id,
    action,
    ...(Object.keys(match).length > 0 && { match }),
    ...given({
      alert: kind === 'output' && chance(draw, 30) ? true : undefined,
      reason: chance(draw, 20) ? `Because of ${id}` : undefined,
      approval: action === 'hold' && chance(draw, 40) ? { quorum: 1 + draw(3), ttl: '2m' } : undefined,
    }),
  };
}

/** A finding as a detector tells it. */
export function randomFinding(draw: Draw): OutputFinding {
  const rule = oneOf(draw, FOUND);
  return {
    rule,
    kind: rule.slice(0, rule.indexOf('.')),
    severity: oneOf(draw, FINDING_SEVERITIES),
    action: oneOf(draw, DETECTOR_ACTIONS),
  };
}

/** What detectors say of a job; mostly nothing. */
export function randomInput(draw: Draw): ScannedInput {
  const count = chance(draw, 50) ? 0 : 1 + draw(3);
  const findings = Array.from({ length: count }, () => ({
    ...randomFinding(draw),
    pointer: '/params',
    offset: 0,
    length: 1,
  }));
  return {
    complete: !chance(draw, 3),
    redactable: !chance(draw, 20),
    findings,
    found: count,
    ruleSet: '1',
  };
}
