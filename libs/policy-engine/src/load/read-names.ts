import { normalResourcePattern, resourcePatternFault } from '../resource/resource-glob.js';
import { topicPatternFault } from '../topic/topic-pattern.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';

const TENANT = /^[a-z0-9_-]{1,64}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const ACTION = /^[a-z0-9*][a-z0-9._:/@*-]{0,127}$/;

/** Reads a list of names of one kind; undefined if it is left out or wrong (then a problem is recorded). */
export type ReadNames = (
  reader: PolicyReader,
  member: Member | undefined,
  what: string,
) => string[] | undefined;

/** A list that asks for one of its members; an empty one could be read as anything or nothing, so it is refused. */
export function readAnyOf(
  reader: PolicyReader,
  member: Member | undefined,
  what: string,
  fault: (item: string) => string | undefined,
  code?: ProblemCode,
): string[] | undefined {
  if (!member) return undefined;
  const list = reader.list(member, what, fault, code);
  if (list?.length !== 0) return list;
  return reader.fault(
    member.value,
    ProblemCode.EmptyCondition,
    `${what} is empty; leave it out or name something`,
  );
}

/** Says why a text is outside a grammar. A name that no request can carry would make a rule that never fires. */
const outside = (grammar: RegExp, why: string) => (text: string) => (grammar.test(text) ? undefined : why);

const names =
  (fault: (item: string) => string | undefined, code?: ProblemCode): ReadNames =>
  (reader, member, what) =>
    readAnyOf(reader, member, what, fault, code);

/** Patterns of topics. */
export const readTopics = names(topicPatternFault, ProblemCode.BadTopicPattern);
export const readTenants = names(outside(TENANT, 'is no tenant; wildcards work in topics only'));
export const readAgents = names(outside(NAME, 'is no agent; wildcards work in topics only'));
export const readCapabilities = names(outside(NAME, 'is no capability; wildcards work in topics only'));
export const readGroups = names(outside(NAME, 'is no group'));
/** Names of actions, lower-case as they are compared; `*` stands for any part of one. */
export const readActions = names(
  outside(ACTION, 'is no action: lower-case letters, digits and . _ : / @ -, with * for any part'),
);

const resourceNames = names(resourcePatternFault, ProblemCode.BadResourcePattern);

/** Globs over resources, in the normal form in which resources are compared. */
export const readResources: ReadNames = (reader, member, what) => {
  const before = reader.problemCount;
  const patterns = resourceNames(reader, member, what);
  if (!patterns || reader.problemCount > before) return patterns;
  return [...new Set(patterns.map(normalResourcePattern))].sort();
};
