import { parseStrictJson } from '@countersign/kernel';
import { ImportProblemCode } from '../import-result.js';
import { MAX_SOURCE_DEPTH } from './limits.js';
import { readYaml } from './read-yaml.js';
import { SourceNode, type ProblemSink } from './source-node.js';

const CODES = {
  malformed_json: ImportProblemCode.Syntax,
  duplicate_key: ImportProblemCode.DuplicateKey,
  unsafe_integer: ImportProblemCode.BadNumber,
  number_out_of_range: ImportProblemCode.BadNumber,
  lone_surrogate: ImportProblemCode.BadValue,
  forbidden_key: ImportProblemCode.ForbiddenKey,
  too_deep: ImportProblemCode.TooDeep,
} as const;

/** Reads JSON into nodes: the strict parser says whether it is JSON with one reading, the YAML parser where things are. */
export function readJson(text: string, sink: ProblemSink): SourceNode | undefined {
  const parsed = parseStrictJson(text, { maxDepth: MAX_SOURCE_DEPTH });
  if (!parsed.ok) {
    const { code, message, pointer } = parsed.problem;
    const place = placeOf(text, pointer);
    const where = pointer === '' ? '' : ` (${pointer})`;
    sink.problems.push({ file: sink.file, ...place, code: CODES[code], message: `${message}${where}` });
    return undefined;
  }
  // A JSON text holds tabs only between its tokens, where YAML takes blanks alone.
  return readYaml(text.replaceAll('\t', ' '), sink);
}

/** Where the last member that a pointer names first stands in the text; close enough to find it. */
function placeOf(text: string, pointer: string): { line: number; column: number } {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  const at = name === '' ? 0 : Math.max(text.indexOf(JSON.stringify(name)), 0);
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
