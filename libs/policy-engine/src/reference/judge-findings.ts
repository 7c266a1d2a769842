import type { OutputAction, OutputFinding } from '@countersign/contracts';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { FindingMatch, FoundKind, InputAction, InputRule } from '../findings/finding-rule.js';
import type { OutputDecision, OutputPlace } from '../output/decide-output.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { nameFits } from './match-glob.js';
import { topicFits } from './match-topic.js';

/** The job of a finding. */
interface Of {
  readonly topic: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly destination?: string;
}

/** Whether a rule about findings speaks of a job, whatever is in it. */
export function speaksOf({ topics, tenants, agents, destinations }: FindingMatch, job: Of): boolean {
  if (topics && !topics.some((pattern) => topicFits(pattern, job.topic))) return false;
  if (tenants && !tenants.includes(job.tenantId)) return false;
  if (agents && !agents.includes(job.agentId)) return false;
  return !destinations || destinations.some((one) => one === job.destination);
}

/** Whether a rule about findings is about this one, in a job that it speaks of. */
export function holdsFor({ kinds, severities }: FindingMatch, { rule, kind, severity }: FoundKind): boolean {
  if (severities && !severities.includes(severity)) return false;
  return !kinds || kinds.some((name) => name === kind || nameFits(name, rule));
}

/** What becomes of one finding in an output, read word for word; all but which rules an answer has room for. */
export function judgeOutput(
  { output }: PolicySnapshot,
  place: OutputPlace,
  found: OutputFinding,
): Omit<OutputDecision, 'ruleIds'> {
  const matching = (output?.rules ?? []).filter(
    ({ match }) => speaksOf(match, place) && holdsFor(match, found),
  );
  const own: OutputAction = found.action === 'alert' ? 'release' : found.action;
  const wide = matching.filter(({ scope }) => scope === undefined).map(({ action }) => action);
  const scoped = matching.filter(({ scope }) => scope !== undefined).map(({ action }) => action);
  return {
    action: strictestOutput([...(wide.length > 0 ? wide : [own]), ...scoped]),
    alert: matching.length > 0 ? matching.some(({ alert }) => alert === true) : found.action === 'alert',
  };
}

function strictestOutput(actions: readonly OutputAction[]): OutputAction {
  if (actions.includes('quarantine')) return 'quarantine';
  return actions.includes('redact') ? 'redact' : 'release';
}

/** What becomes of a job because of what it was given, and by which rules. */
export interface InputVerdict {
  readonly action: 'none' | 'unscannable' | InputAction;
  readonly rules: readonly InputRule[];
}

/** The same for what a job was given. */
export function judgeInputs({ input: rules }: PolicySnapshot, request: PolicyRequest): InputVerdict {
  const speaking = (rules?.rules ?? []).filter(({ match }) => speaksOf(match, request));
  const publishes = request.details?.['publish'] === true;
  const { input } = request;
  if (speaking.length === 0 && !publishes) return { action: 'none', rules: [] };
  if (!input || !input.complete) return { action: 'unscannable', rules: [] };
  const holding = speaking.filter(({ match }) => input.findings.some((found) => holdsFor(match, found)));
  const draft = publishes ? input.findings : [];
  const isGrave = ({ severity }: FoundKind) => ['medium', 'high', 'critical'].includes(severity);
  const says = (action: InputAction) => holding.some((rule) => rule.action === action);
  const deny =
    says('deny') || draft.some(({ kind, severity }) => kind === 'secret' && severity === 'critical');
  const hold = says('hold') || draft.some(isGrave);
  if (deny) return { action: 'deny', rules: holding };
  if (says('redact')) {
    const stuck = request.redacted === true || !input.redactable;
    return { action: stuck ? 'deny' : 'redact', rules: holding };
  }
  return hold ? { action: 'hold', rules: holding } : { action: 'none', rules: [] };
}
