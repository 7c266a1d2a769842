import { Document, isCollection, isMap, isSeq, type Node } from 'yaml';
import { POLICY_LANGUAGE } from '../policy-language.js';
import type { NativeEntry, NativePolicy, NativeTest } from './native-policy.js';

const LINE_WIDTH = 110;
/** Short enough to stand on one line. */
const FLOW_WIDTH = 84;

/** The text of a native policy file: what people read first stands first, and each rule names where it came from. */
export function writePolicy(policy: NativePolicy): string {
  const { policyId, policyVersion, include, sections = [], rules, tests } = policy;
  const value = {
    version: POLICY_LANGUAGE,
    ...(policyId !== undefined && { policy_id: policyId }),
    ...(policyVersion !== undefined && { policy_version: policyVersion }),
    ...(include && { include: [...include] }),
    ...Object.fromEntries(
      sections.map(({ key, entries }) => [
        key,
        typeof entries === 'string' ? entries : entries.map(({ value }) => value),
      ]),
    ),
    ...(rules.length > 0 && { rules: rules.map(({ value }) => value) }),
    ...(tests.length > 0 && { tests: tests.map(testValue) }),
  };
  // The language has no anchors: a value that stands twice is written twice.
  const document = new Document(value, { aliasDuplicateObjects: false });
  document.commentBefore = comment(policy.comment);
  for (const { key, entries } of sections) if (typeof entries !== 'string') annotate(document, key, entries);
  annotate(document, 'rules', rules);
  for (const key of [...sections.map((section) => section.key), 'rules', 'tests']) compact(document.get(key));
  return document.toString({ lineWidth: LINE_WIDTH, singleQuote: true, flowCollectionPadding: true });
}

function testValue({ name, job, now, decision }: NativeTest): object {
  return { name, job, ...(now !== undefined && { now }), expect: { decision } };
}

/** Text of the source may hold anything; in a comment it stays one line, so that it can't become a rule. */
function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}`)
    .join('\n');
}

function annotate(document: Document, key: string, entries: readonly NativeEntry[]): void {
  const list = document.get(key);
  if (!isSeq<Node>(list)) return;
  for (const [at, item] of list.items.entries()) {
    const text = entries[at]?.comment;
    if (text !== undefined && text !== '') item.commentBefore = comment(text);
    if (at > 0) item.spaceBefore = true;
  }
}

/** Collections that fit on a line are written on one. */
function compact(node: unknown): void {
  if (!isCollection(node)) return;
  const entries = isMap(node) ? node.items.map(({ value }) => value) : node.items;
  for (const entry of entries) {
    if (!isCollection(entry)) continue;
    if (JSON.stringify(entry.toJSON()).length <= FLOW_WIDTH && !('id' in (entry.toJSON() as object))) {
      entry.flow = true;
    } else compact(entry);
  }
}
