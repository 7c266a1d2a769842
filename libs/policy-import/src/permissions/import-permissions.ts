import type { ImportOptions } from '../import-options.js';
import type { ImportResult } from '../import-result.js';
import { ImportSession } from '../import-session.js';
import { checkTopics, idPart, tellCase, topicsOf } from '../source/grammar.js';
import type { NativeTest } from '../write/native-policy.js';
import { writePolicy } from '../write/write-policy.js';
import { manifestRules, routeRules, tierSection, type ResolvedRoute } from './permission-rules.js';
import { readPermissions, type PermissionFile } from './read-permissions.js';

/**
 * Imports permission manifests, tier maps (P6) and gateway routes (G13), from YAML or JSON. The topics of tiers and
 * routes are asked. Never throws on any text.
 */
export function importPermissions(text: string, options: ImportOptions = {}): ImportResult {
  const session = new ImportSession(options);
  const root = session.read(text);
  if (!root) return session.finish(() => []);
  const file = readPermissions(session, root);
  const { permissions, tiers, routes, agent, denied } = file;
  if (!permissions && !tiers && routes.length === 0) {
    session.question(root, 'the file has neither permissions, nor tiers, nor routes');
  }
  if (tiers && !options.topics) {
    session.question(root, 'which topics do the tiers hold for? Answer with the option topics');
  }
  if (denied.length > 0 && !permissions) session.question(root, 'denied_actions stand beside no permissions');
  const topics = tiers ? topicsOf(session, []) : [];
  const resolved = routes.flatMap((route) => resolveRoute(session, route) ?? []);
  report(session, file);
  return session.finish(() => {
    const name = idPart(agent ?? session.file.replace(/\.[a-z]+$/i, ''));
    const section = tierSection(file, topics, name);
    return [
      {
        path: `${name}.yaml`,
        text: writePolicy({
          comment: `Imported from ${session.file}.`,
          policyId: options.policyId ?? name,
          policyVersion: file.version,
          ...(section && { sections: [section] }),
          rules: [
            ...(permissions && agent !== undefined
              ? manifestRules(
                  agent,
                  permissions,
                  denied.map(({ value }) => value),
                )
              : []),
            ...routeRules(resolved),
          ],
          tests: [...tierTests(file, topics), ...manifestTests(file)],
        }),
      },
    ];
  });
}

function resolveRoute(
  session: ImportSession,
  route: PermissionFile['routes'][number],
): ResolvedRoute | undefined {
  const { routes = {} } = session.options;
  const topics = Object.hasOwn(routes, route.path) ? routes[route.path] : undefined;
  if (!topics) {
    const example = JSON.stringify({ [route.path]: ['job.github.>'] });
    return session.question(
      route.node,
      `which topics are behind ${route.path}? Answer with the option routes, for example ${example}`,
    );
  }
  session.asked(route.node, `${route.path} is the topics ${topics.join(', ')}`);
  return { ...route, topics: checkTopics(session, `routes.${route.path}`, topics) };
}

function report(
  session: ImportSession,
  { permissions = [], tiers, denied, routes, root }: PermissionFile,
): void {
  tellCase(session, root);
  for (const { node, actions, resources } of permissions) {
    session.mapped(
      node,
      `${actions.join(', ')} on ${resources === 'any' ? 'any resource' : resources.join(', ')}`,
    );
    if (resources !== 'any') {
      session.closed(node, 'other case and other spellings of a resource; * stays within one part of it');
    }
  }
  for (const { node, value } of denied) session.mapped(node, `${value} is denied`);
  for (const [action, { tier, node }] of tiers ?? []) session.mapped(node, `${action} is tier ${tier}`);
  if (tiers) session.closed(root, 'an action that is in no tier is tier 4');
  for (const { node, path, rate } of routes) session.mapped(node, `${path}: ${rate ?? 'no rate'}`);
}

const TIER_DECISIONS = ['allow', 'allow', 'deny', 'require_approval', 'require_approval'] as const;

function tierTests({ tiers }: PermissionFile, topics: readonly string[]): readonly NativeTest[] {
  if (!tiers) return [];
  const topic = (topics[0] ?? 'job.>').replace('>', 'case').replaceAll('*', 'any');
  const test = (action: string, tier: number) => ({
    name: `${action} is tier ${tier}${tier === 2 ? ' and denied without a compensation' : ''}`,
    job: { topic, agent_id: 'agent-test', tenant_id: 'default', action, params: {} },
    decision: TIER_DECISIONS[tier] ?? 'deny',
  });
  const tests = [...tiers].map(([action, { tier }]) => test(action, tier));
  return tiers.has('an-unlisted-action') ? tests : [...tests, test('an-unlisted-action', 4)];
}

function manifestTests({ permissions, agent, denied }: PermissionFile): readonly NativeTest[] {
  if (!permissions || agent === undefined) return [];
  const refused = new Set(denied.map(({ value }) => value));
  const job = (action: string, resource?: string) => ({
    topic: 'job.task.run',
    agent_id: agent,
    tenant_id: 'default',
    action,
    ...(resource !== undefined && { resource }),
    params: {},
  });
  const tests: NativeTest[] = [
    { name: 'an action without a permission is denied', job: job('an-unlisted-action'), decision: 'deny' },
  ];
  for (const { actions, resources } of permissions) {
    const resource =
      resources === 'any' ? undefined : resources[0]?.replaceAll('**', 'some/part').replaceAll('*', 'some');
    for (const action of actions) {
      const where = resource === undefined ? '' : ` on ${resource}`;
      tests.push({
        name: `${action}${where} ${refused.has(action) ? 'is denied' : 'is permitted'}`,
        job: job(action, resource),
        decision: refused.has(action) ? 'deny' : 'allow',
      });
    }
  }
  return tests;
}
