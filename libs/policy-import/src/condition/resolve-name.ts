import type { ImportSession } from '../import-session.js';
import type { SourceNode } from '../source/source-node.js';
import { jobPath, type JobPath } from '../write/cel.js';

/** Where a name of the source is found in a job, and which actions must carry it. */
export interface ResolvedName {
  readonly name: string;
  readonly path: JobPath;
  /** Undefined: every action. */
  readonly carriedBy?: readonly string[];
  readonly signed: boolean;
}

/** Finds the answer for a name of the source; without one, the question is a problem of the import. */
export function resolveName(
  session: ImportSession,
  node: SourceNode,
  name: string,
): ResolvedName | undefined {
  const { names = {} } = session.options;
  const given = Object.hasOwn(names, name) ? names[name] : undefined;
  if (given === undefined) {
    return session.question(
      node,
      `which member of a job holds ${JSON.stringify(name)}? Answer with the option names, ` +
        `for example ${JSON.stringify({ [name]: `params.${name}` })}`,
    );
  }
  const { path: text, carriedBy, signed } = typeof given === 'string' ? { path: given } : given;
  const path = jobPath(text);
  if (!path) {
    return session.badOption(
      `names.${name}: ${JSON.stringify(text)} is no member of a job such as params.amount, labels.region, ` +
        'estimate.usd or rationale.confidence',
    );
  }
  if (carriedBy?.length === 0) return session.badOption(`names.${name}.carriedBy is empty: leave it out`);
  const who = carriedBy ? `the actions ${carriedBy.join(', ')}` : 'every allowed action';
  session.asked(node, `${name} is ${text} of the job; ${who} must carry it`);
  return {
    name,
    path,
    ...(carriedBy && { carriedBy: carriedBy.map((action) => action.toLowerCase()) }),
    signed: signed === true,
  };
}
