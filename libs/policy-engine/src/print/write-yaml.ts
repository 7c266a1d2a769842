import { Document, isCollection, isMap, isSeq, type Node } from 'yaml';
import type { Body } from './rule-body.js';

const LINE_WIDTH = 110;
/** The longest collection, in characters of JSON, that stands on one line. */
const FLOW_LENGTH = 84;

/** YAML as people write policies: lists of rules with a blank line between them, short lists and mappings on a line. */
export function writeYaml(value: Body | readonly Body[]): string {
  // The language has no anchors: a value that stands twice is written twice.
  const document = new Document(value, { aliasDuplicateObjects: false });
  layOut(document.contents, true);
  return document.toString({ lineWidth: LINE_WIDTH, singleQuote: true, flowCollectionPadding: true });
}

function layOut(node: unknown, isTop: boolean): void {
  if (!isCollection(node)) return;
  const isListOfRules = isSeq<Node>(node) && node.items.some(isMap);
  if (!isTop && !isListOfRules && JSON.stringify(node).length <= FLOW_LENGTH && !holdsLines(node)) {
    node.flow = true;
    return;
  }
  if (isListOfRules) for (const item of node.items.slice(1)) item.spaceBefore = true;
  for (const item of node.items as readonly unknown[]) {
    const child = isPair(item) ? item.value : item;
    // A rule itself is written line by line.
    layOut(child, isListOfRules);
  }
}

function isPair(item: unknown): item is { readonly value: unknown } {
  return typeof item === 'object' && item !== null && 'key' in item && 'value' in item;
}

/** Text of more than one line stands in a block of its own. */
function holdsLines(node: unknown): boolean {
  return JSON.stringify(node).includes('\\n');
}
