import { ImportProblemCode } from '../import-result.js';
import { MAX_SOURCE_LENGTH } from './limits.js';
import { readJson } from './read-json.js';
import { readToml } from './read-toml.js';
import { readYaml } from './read-yaml.js';
import type { ProblemSink, SourceNode } from './source-node.js';

/** What a source is written in. */
export type SourceSyntax = 'json' | 'yaml' | 'toml';

const READERS = { json: readJson, yaml: readYaml, toml: readToml } as const satisfies Record<
  SourceSyntax,
  (text: string, sink: ProblemSink) => SourceNode | undefined
>;

/** Reads a source into nodes; undefined, with problems in the sink, when it can't be read or trusted. Never throws. */
export function readSource(text: string, syntax: SourceSyntax, sink: ProblemSink): SourceNode | undefined {
  if (text.length > MAX_SOURCE_LENGTH) {
    const message = `the file is longer than ${MAX_SOURCE_LENGTH} characters`;
    sink.problems.push({ file: sink.file, line: 1, column: 1, code: ImportProblemCode.TooLarge, message });
    return undefined;
  }
  return READERS[syntax](text.startsWith('\uFEFF') ? text.slice(1) : text, sink);
}
