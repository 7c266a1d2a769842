import type { ImportOptions } from '../import-options.js';
import type { ImportResult } from '../import-result.js';
import { ImportSession } from '../import-session.js';
import { idPart, tellNames, topicsOf } from '../source/grammar.js';
import { writePolicy } from '../write/write-policy.js';
import { isPhrase } from './blocked-patterns.js';
import { orderRules } from './order-rules.js';
import { orderTests } from './order-tests.js';
import { readWorkOrderPolicy, type WorkOrderPolicy } from './read-work-order-policy.js';

/** Topics of the jobs that are steps of work orders, unless the options say others. */
export const WORK_ORDER_TOPICS = ['job.work-order.>'];

/**
 * Imports a work-order policy (P5): JSON with `allowed_shell_prefixes`, `blocked_shell_patterns`, caps on retries and
 * back-off, and what steps must have. A native job is one step, its params are the step's fields; the order as a whole
 * is checked by `validateOrder`. Never throws on any text.
 */
export function importWorkOrderPolicy(text: string, options: ImportOptions = {}): ImportResult {
  const session = new ImportSession(options);
  const root = session.read(text, 'json');
  if (!root) return session.finish(() => []);
  const policy = readWorkOrderPolicy(session, root);
  const topics = topicsOf(session, WORK_ORDER_TOPICS);
  report(session, policy, topics);
  return session.finish(() => {
    const prefix = idPart(policy.policyId);
    return [
      {
        path: `${prefix}.yaml`,
        text: writePolicy({
          comment: `Imported from ${session.file}: what the steps of work orders may do.\nA job is one step; its params are the step's fields.`,
          policyId: options.policyId ?? policy.policyId,
          policyVersion: policy.version,
          rules: orderRules(policy, topics, prefix),
          tests: orderTests(policy, topics),
        }),
      },
    ];
  });
}

function report(session: ImportSession, policy: WorkOrderPolicy, topics: readonly string[]): void {
  const { members, root } = policy;
  if (!session.options.topics) {
    session.asked(root, `steps are jobs in ${topics.join(', ')} (the option topics says otherwise)`);
  }
  for (const { node, text, pattern } of policy.prefixes) {
    session.mapped(node, `commands that begin with ${text}`);
    session.closed(
      node,
      pattern === undefined
        ? `${text} followed by ; & | $() > or a newline and anything, by what runs another command, or by the rest of a longer word`
        : `${text} followed by .., by inline code, or by anything that means something to a shell`,
    );
  }
  const prefixNode = members.get('allowed_shell_prefixes');
  if (policy.prefixes.length === 0) {
    session.closed(
      prefixNode ?? root,
      'without allowed prefixes no command is allowed, where some readers allow all',
    );
  }
  for (const { node, value } of policy.blocked) {
    session.mapped(node, `commands with ${value} are denied`);
    session.closed(
      node,
      isPhrase(value)
        ? `${value} with other quotes, blanks, escapes or case`
        : `commands with operators are denied anyway, so that ${value} can't be hidden behind one`,
    );
  }
  for (const key of ['max_retries_hard_cap', 'min_backoff_sec', 'max_backoff_sec']) {
    const node = members.get(key);
    if (!node) continue;
    session.mapped(node, 'a step outside is denied, and the limit is a constraint of those that run');
    session.closed(node, 'a negative number, or a text that only looks like a number');
  }
  for (const { node, value } of policy.stepFields) {
    session.mapped(node, `a step without ${value} is denied`);
    session.closed(node, `${value} given as null or as an empty text`);
  }
  for (const { node, value } of policy.successMarkers)
    session.mapped(node, `success_markers must have ${value}`);
  for (const { node, value } of policy.statePaths) {
    session.mapped(node, `the job's params.state_paths must list ${value}`);
    session.notExpressed(
      node,
      `whether ${value} exists is looked at by validate-order, where the files are; a rule sees what the job says`,
    );
  }
  tellNames(session, members);
}
