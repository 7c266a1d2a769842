import type { ImportOptions } from '../import-options.js';
import type { ImportResult } from '../import-result.js';
import { ImportSession } from '../import-session.js';
import { idPart, tellCase } from '../source/grammar.js';
import { writePolicy } from '../write/write-policy.js';
import { frameworkRules } from './framework-rules.js';
import { frameworkTests } from './framework-tests.js';
import { readFramework, type Framework } from './read-framework.js';
import { resolveFramework, type FrameworkAnswers } from './resolve-framework.js';

/**
 * Imports a framework file: YAML with `operating_hours`, `rate_limits`, `approval_required`, `auto_approve` and
 * `blacklist` (P8, D3). What names, rates and hours leave open is asked. Never throws on any text.
 */
export function importFramework(text: string, options: ImportOptions = {}): ImportResult {
  const session = new ImportSession(options);
  const root = session.read(text);
  if (!root) return session.finish(() => []);
  const framework = readFramework(session, root);
  const answers = resolveFramework(session, framework);
  report(session, framework, answers);
  return session.finish(() => {
    const input = { framework, answers, unlisted: options.unlisted ?? ('deny' as const) };
    const name = idPart(framework.name);
    return [
      {
        path: `${name}.yaml`,
        text: writePolicy({
          comment: `Imported from ${session.file}.`,
          policyId: options.policyId ?? name,
          policyVersion: framework.version,
          rules: frameworkRules(input),
          tests: frameworkTests(input),
        }),
      },
    ];
  });
}

function report(
  session: ImportSession,
  framework: Framework,
  { globs, rates, names }: FrameworkAnswers,
): void {
  const { hours, automatic, approvals, forbidden, repositories, root } = framework;
  tellCase(session, root);
  if (hours) session.mapped(hours.node, `denied outside these hours (${hours.window.zone})`);
  for (const { node, value } of automatic) session.mapped(node, `${value} is allowed`);
  for (const { node, text } of approvals) session.mapped(node, `${text} waits for a person`);
  for (const { node, value } of forbidden) session.mapped(node, `${value} is denied`);
  for (const { node, rate } of rates) session.mapped(node, `${rate}; a job over it is rejected`);
  for (const { node, value } of repositories) {
    session.mapped(node, `resources ${(globs.get(value) ?? []).join(', ')} are denied`);
    session.closed(
      node,
      `${value} in other case or another spelling of its address, and what lies beneath it`,
    );
  }
  const [first] = repositories;
  if (first)
    session.closed(first.node, 'a job that names no resource is denied: it could be about any repository');
  for (const { node, having } of approvals) {
    if (having && names.has(having.name)) {
      session.closed(node, `a job that leaves ${having.name} out, or gives no list of texts, is denied`);
      session.closed(node, `${having.value} in upper or lower case`);
    }
  }
  session.asked(
    root,
    session.options.unlisted === 'require_approval'
      ? 'an action that is not listed waits for a person'
      : 'an action that is not listed is denied (the option unlisted says otherwise)',
  );
}
