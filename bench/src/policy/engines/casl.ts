import type { BenchJob, BenchRule } from '../data/rule.js';
import { importPeer } from '../peers.js';
import { effectOf, engine, type Engine } from './engine.js';

interface Casl {
  readonly createMongoAbility: (
    rules: readonly object[],
    options: { readonly detectSubjectType: (job: BenchJob) => string },
  ) => { readonly can: (action: string, job: BenchJob) => boolean };
}

/** Team and verb are subject and action, by which CASL indexes its rules; the rest are conditions on the subject. */
function rawRule({ effect, team, kind, verb, anyTag, allTags, noTag, tenant, env, when }: BenchRule): object {
  const tags = {
    ...(anyTag && { $in: anyTag }),
    ...(allTags && { $all: allTags }),
    ...(noTag && { $nin: noTag }),
  };
  const conditions = {
    ...(kind !== undefined && { kind }),
    ...(tenant !== undefined && { tenant }),
    ...(env !== undefined && { env }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(when && { amount: { $gt: when.over }, region: { $in: when.regions } }),
  };
  return {
    action: verb ?? 'manage',
    subject: team ?? 'all',
    inverted: effect === 'deny',
    ...(Object.keys(conditions).length > 0 && { conditions }),
  };
}

/** Later rules win in CASL, so those that deny come last. */
export async function loadCasl(rules: readonly BenchRule[]): Promise<Engine> {
  const { createMongoAbility } = await importPeer<Casl>('@casl/ability');
  const ordered = [...rules].sort((a, b) => Number(a.effect === 'deny') - Number(b.effect === 'deny'));
  const ability = createMongoAbility(ordered.map(rawRule), { detectSubjectType: ({ team }) => team });
  return engine<BenchJob>({
    ask: (job) => job,
    decide: (job) => effectOf(ability.can(job.verb, job)),
  });
}
