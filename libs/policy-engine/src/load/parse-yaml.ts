import { isAlias, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { PolicyProblem, PolicySource } from '../policy-source.js';
import { ProblemCode } from '../vocabulary.js';
import { PolicyReader } from './policy-reader.js';

/** Largest policy file, in characters: room for far more rules than a set may have. */
export const MAX_FILE_LENGTH = 8 * 1024 * 1024;

/** A parsed file, and the reader that knows its places. */
export interface ParsedFile {
  readonly root: Node;
  readonly reader: PolicyReader;
}

/**
 * Parses YAML 1.2 (and so JSON) into a tree with places. What would let a reader and the machine see different rules
 * is refused: duplicate keys, anchors and aliases, merge keys, type tags, directives, a second document.
 */
export function parseYaml({ file, text }: PolicySource, problems: PolicyProblem[]): ParsedFile | undefined {
  const lines = new LineCounter();
  const reader = new PolicyReader(file, lines, problems, text);
  if (text.length > MAX_FILE_LENGTH) {
    return reader.fault(null, ProblemCode.TooLarge, `the file is longer than ${MAX_FILE_LENGTH} characters`);
  }
  const document = compose(text, lines, reader);
  if (!document) return undefined;
  const before = problems.length;
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(pos[0]);
    const known = code === 'DUPLICATE_KEY' ? ProblemCode.DuplicateKey : ProblemCode.YamlSyntax;
    problems.push({ file, line: Math.max(line, 1), column: Math.max(col, 1), code: known, message });
  }
  if (problems.length > before) return undefined;
  refuseHiddenMeaning(document, reader);
  if (problems.length > before) return undefined;
  const root = document.contents;
  if (!isNode(root) || (isScalar(root) && root.value === null)) {
    return reader.fault(null, ProblemCode.EmptyPolicy, 'the file is empty');
  }
  return { root, reader };
}

function compose(text: string, lines: LineCounter, reader: PolicyReader): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      merge: false,
      stringKeys: true,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
    });
  } catch (error) {
    // The parser throws on what it can't describe, such as nesting beyond the stack; the file is refused all the same.
    const name = error instanceof Error ? error.name : 'unknown error';
    return reader.fault(null, ProblemCode.YamlSyntax, `the file can't be parsed (${name})`);
  }
}

function refuseHiddenMeaning(document: Document.Parsed, reader: PolicyReader): void {
  if (
    document.directives.yaml.explicit === true ||
    Object.keys(document.directives.tags).some((tag) => tag !== '!!')
  ) {
    reader.fault(null, ProblemCode.TagNotAllowed, 'directives are not allowed');
  }
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || node.anchor !== undefined) {
        reader.fault(
          node,
          ProblemCode.AliasNotAllowed,
          'anchors and aliases are not allowed: write the value out',
        );
      } else if (node.tag !== undefined) {
        reader.fault(node, ProblemCode.TagNotAllowed, `the type tag ${node.tag} is not allowed`);
      }
    },
  });
}
