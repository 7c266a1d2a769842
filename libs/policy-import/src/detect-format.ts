import { ImportSession } from './import-session.js';

/** The formats that can be imported. */
export const SourceFormat = {
  /** JSON: allowed commands, caps and required fields of work orders. */
  WorkOrder: 'work_order',
  /** YAML: allowed, forbidden and escalated actions of one agent. */
  AgentPolicy: 'agent_policy',
  /** YAML: hours, rates, approvals and blacklists. */
  Framework: 'framework',
  /** TOML: tools of agents and the proposal policy. */
  AgentTools: 'agent_tools',
  /** YAML or JSON: permission manifest, tier map, gateway routes. */
  Permissions: 'permissions',
} as const;
export type SourceFormat = (typeof SourceFormat)[keyof typeof SourceFormat];

/** Keys that one format alone has at its top. */
const SIGNS: Readonly<Record<SourceFormat, readonly string[]>> = {
  work_order: [
    'allowed_shell_prefixes',
    'blocked_shell_patterns',
    'max_retries_hard_cap',
    'min_backoff_sec',
    'max_backoff_sec',
    'required_step_fields',
    'required_success_markers',
    'required_state_paths',
  ],
  agent_policy: ['domain', 'allowed_actions', 'forbidden_actions', 'escalation_rules', 'audit_frequency'],
  framework: [
    'operating_hours',
    'rate_limits',
    'approval_required',
    'auto_approve',
    'blacklist',
    'monitoring',
    'rollback',
  ],
  agent_tools: ['agents', 'tools', 'proposals', 'proposal_policy'],
  permissions: ['permissions', 'denied_actions', 'tiers', 'routes'],
};

/**
 * The format of a source by the keys at its top; undefined if it can't be read, has no sign of any, or as many of two.
 * A file in the native language is none of them. Never throws on any text.
 */
export function detectFormat(text: string, fileName: string): SourceFormat | undefined {
  const session = new ImportSession({ fileName });
  const content = session.read(text)?.content;
  if (content?.kind !== 'mapping') return undefined;
  const keys = content.members;
  if (keys.has('rules') && keys.has('version')) return undefined;
  const ranked = Object.values(SourceFormat)
    .map((format) => ({ format, signs: SIGNS[format].filter((key) => keys.has(key)).length }))
    .sort((one, other) => other.signs - one.signs);
  const [best, second] = ranked;
  return best && best.signs > 0 && best.signs > (second?.signs ?? 0) ? best.format : undefined;
}
