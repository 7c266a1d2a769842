import { resolveName, type ResolvedName } from '../condition/resolve-name.js';
import type { ImportSession } from '../import-session.js';
import { topicsOf } from '../source/grammar.js';
import type { Framework, RateEntry } from './read-framework.js';

/** A rate and the actions that it counts. */
export interface ResolvedRate extends RateEntry {
  readonly actions: readonly string[];
}

/** What the options answer about a framework. */
export interface FrameworkAnswers {
  readonly topics: readonly string[];
  readonly agents: readonly string[];
  readonly names: ReadonlyMap<string, ResolvedName>;
  readonly rates: readonly ResolvedRate[];
  /** Globs for each blacklisted repository, by its text. */
  readonly globs: ReadonlyMap<string, readonly string[]>;
  /** Every action that the source lists, sorted. */
  readonly listed: readonly string[];
}

/** Finds the answers; a question without one is a problem of the import. */
export function resolveFramework(session: ImportSession, framework: Framework): FrameworkAnswers {
  const { root, agents, approvals, automatic, rates } = framework;
  if (agents.length === 0 && !session.options.topics) {
    session.question(root, 'whom is this about? Answer with the option agents, or topics, or both');
  }
  const listed = [
    ...new Set([...automatic.map(({ value }) => value), ...approvals.map(({ action }) => action)]),
  ].sort();
  const names = new Map<string, ResolvedName>();
  for (const { node, having } of approvals) {
    if (!having || names.has(having.name)) continue;
    const resolved = resolveName(session, node, having.name);
    if (resolved) names.set(having.name, resolved);
  }
  return {
    topics: topicsOf(session, ['job.>']),
    agents,
    names,
    rates: rates.flatMap((rate) => resolveRate(session, rate, listed) ?? []),
    globs: new Map(framework.repositories.map(({ value }) => [value, repositoryGlobs(session, value)])),
    listed,
  };
}

function resolveRate(
  session: ImportSession,
  rate: RateEntry,
  listed: readonly string[],
): ResolvedRate | undefined {
  const { limits = {} } = session.options;
  const { name, node } = rate;
  const answer = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (answer === undefined) {
    if (listed.includes(name.toLowerCase())) return { ...rate, actions: [name.toLowerCase()] };
    return session.question(
      node,
      `which actions does the rate ${JSON.stringify(name)} count? Answer with the option limits, for example ` +
        JSON.stringify({ [name]: '*' }),
    );
  }
  const actions = answer === '*' ? listed : answer.map((action) => action.toLowerCase());
  const unknown = actions.find((action) => !listed.includes(action));
  if (unknown !== undefined || actions.length === 0) {
    return session.badOption(
      unknown === undefined
        ? `limits.${name}: the source lists no action that it could count`
        : `limits.${name}: the source lists no action ${JSON.stringify(unknown)}`,
    );
  }
  session.asked(node, `the rate counts ${answer === '*' ? 'every listed action' : actions.join(', ')}`);
  return { ...rate, actions };
}

/**
 * `Org/*` is any repository of Org and everything in it, on the host of the options or on any. A job may name a
 * repository as the source does, without a host, or by the address of its API: these are the same repository.
 */
function repositoryGlobs(session: ImportSession, text: string): readonly string[] {
  const parts = text.toLowerCase().split('/');
  const repository = parts.slice(-2).join('/');
  const host = parts.length > 2 ? parts[0] : (session.options.repositoryHost?.toLowerCase() ?? '*');
  const addresses = [`${host}/${repository}`, repository, `*/repos/${repository}`];
  return addresses.flatMap((address) => [address, `${address}/**`]);
}
