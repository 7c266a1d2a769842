import type { ImportSession } from '../import-session.js';
import { ImportProblemCode } from '../import-result.js';
import type { Entry, SourceNode } from './source-node.js';

/** Name of an action or a tool: what a rule can match letter by letter. */
export const ACTION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
/** Name of an agent. */
export const AGENT = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const TOPIC_PATTERN = /^(?:job|\*)(?:\.(?:[a-z0-9_-]+|\*))*(?:\.(?:[a-z0-9_-]+|\*|>))$/;

/** Reads a list of actions. Wildcards are refused: the sources have none, and `*` would allow everything. */
export function readActions(node: SourceNode | undefined, what: string): Entry[] {
  return node?.list(what, (entry) => readAction(entry, what)) ?? [];
}

const NAMING: Readonly<Record<string, string>> = {
  agent_id: 'the rules are about this agent',
  agent: 'the rules are about this agent',
  name: 'names the file and its rules',
  policy_id: 'the policy_id, and the beginning of the ids of the rules',
  policy_version: 'the policy_version',
  version: 'the policy_version',
};

/** Tells what became of the keys that name a source and describe it. */
export function tellNames(session: ImportSession, members: ReadonlyMap<string, SourceNode>): void {
  for (const [key, node] of members) {
    const text = Object.hasOwn(NAMING, key) ? NAMING[key] : undefined;
    if (text !== undefined) session.mapped(node, text);
    if (key === 'description') session.notExpressed(node, 'a description decides nothing');
  }
}

/** Says once for a source how its names of actions are compared. */
export function tellCase(session: ImportSession, root: SourceNode): void {
  session.mapped(
    root,
    'an action or tool is the same in upper and lower case, as everywhere in the language',
  );
}

/** One name of an action, in lower case: case makes no other action. */
export function readAction(node: SourceNode, what: string): string | undefined {
  const shape = 'the plain name of an action (letters, digits, _ and -, no wildcard)';
  return node.word(`an entry of ${what}`, ACTION, shape)?.toLowerCase();
}

/** The topics of the options, or the default; a pattern that is none is a problem. */
export function topicsOf(session: ImportSession, fallback: readonly string[]): readonly string[] {
  const { topics } = session.options;
  if (!topics) return fallback;
  return checkTopics(session, 'topics', topics);
}

/** Adds a problem for each pattern that is none. */
export function checkTopics(
  session: ImportSession,
  option: string,
  topics: readonly string[],
): readonly string[] {
  if (topics.length === 0) session.badOption(`${option} is empty`);
  for (const topic of topics) {
    if (!TOPIC_PATTERN.test(topic)) {
      session.badOption(`${option}: ${JSON.stringify(topic)} is no topic pattern such as job.pay.>`);
    }
  }
  return topics;
}

/** The agent that a source names under one of its keys. */
export function readAgent(node: SourceNode | undefined, what: string): string | undefined {
  return node?.word(what, AGENT, 'the name of an agent (letters, digits and ._:/@-)');
}

/** Refuses a source that lacks what it is about. */
export function needKey(root: SourceNode, node: SourceNode | undefined, key: string): void {
  if (!node) root.fault(ImportProblemCode.MissingKey, `the source has no ${key}`);
}

/** A text as part of a rule's id. */
export function idPart(text: string): string {
  const part = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 48);
  return part === '' ? 'policy' : part;
}
