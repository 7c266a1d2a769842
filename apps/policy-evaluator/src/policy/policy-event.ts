import { EventType, PolicyChange, Subjects, type PolicyChanged } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Work } from '@countersign/service-kit';
import type { BundleProblem } from '../bundle/bundle.js';

/** Most problems that an event names. */
const MAX_TOLD = 32;

const NOTHING: Omit<PolicyChanged, 'change' | 'at'> = {
  tenant_id: null,
  by: null,
  snapshot: null,
  previous: null,
  how: null,
  policy_id: null,
  policy_version: null,
  content: null,
  problems: [],
  problem_count: 0,
};

/** Tells that something happened to the policy, so that it stands in the audit log. */
export function tellChange(
  work: Pick<Work, 'emit'>,
  change: PolicyChange,
  what: Partial<Omit<PolicyChanged, 'change' | 'at' | 'problems' | 'problem_count'>>,
  {
    problems = [],
    traceparent,
  }: { readonly problems?: readonly BundleProblem[]; readonly traceparent?: string } = {},
): void {
  const body: PolicyChanged = {
    ...NOTHING,
    ...what,
    change,
    problems: problems.slice(0, MAX_TOLD).map(placeOf),
    problem_count: problems.length,
    at: new Date().toISOString(),
  };
  work.emit({
    subject: Subjects.eventPolicy.address({ change }),
    id: `policy-${change}:${newUlid()}`,
    type: EventType.PolicyChanged,
    body,
    final: true,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
}

/** Where a problem is, and its code; what it says may quote the file. */
function placeOf({ file, line, column, code }: BundleProblem): PolicyChanged['problems'][number] {
  return { file: file.replaceAll(/[^A-Za-z0-9._/-]/g, '_').slice(-256), line, column, code };
}
