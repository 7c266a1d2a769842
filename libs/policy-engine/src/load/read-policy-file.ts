import type { ClassifyRule, PolicyRule } from '../policy-rule.js';
import type { PolicyProblem, PolicySource } from '../policy-source.js';
import { ProblemCode } from '../vocabulary.js';
import { parseYaml } from './parse-yaml.js';
import type { Member, PolicyReader, Section } from './policy-reader.js';
import { readClassify } from './read-classify.js';
import { readRule, type Located } from './read-rule.js';

/** The entries of one file. */
export interface PolicyFile {
  readonly rules: readonly Located<PolicyRule>[];
  readonly classify: readonly Located<ClassifyRule>[];
}

const NOTHING: PolicyFile = { rules: [], classify: [] };

/** Reads one file; what is wrong with it is added to `problems`. */
export function readPolicyFile(source: PolicySource, problems: PolicyProblem[]): PolicyFile {
  const parsed = parseYaml(source, problems);
  if (!parsed) return NOTHING;
  const { reader, root } = parsed;
  const section = reader.section({ key: root, value: root }, 'policy', ['version', 'rules', 'classify']);
  if (!section) return NOTHING;
  checkVersion(reader, section);
  const rules = readEntries(reader, section, 'rules', readRule);
  const classify = readEntries(reader, section, 'classify', readClassify);
  if (!section.members.has('rules') && !section.members.has('classify')) {
    reader.fault(root, ProblemCode.EmptyPolicy, 'the file has neither rules nor classify');
  }
  return { rules, classify };
}

function checkVersion(reader: PolicyReader, { members, node }: Section): void {
  const member = members.get('version');
  if (!member) {
    reader.fault(node, ProblemCode.MissingVersion, 'version is missing; this engine reads version: v1');
    return;
  }
  reader.word(member, 'version', ['v1'], ProblemCode.UnsupportedVersion);
}

function readEntries<T>(
  reader: PolicyReader,
  { members }: Section,
  name: string,
  read: (reader: PolicyReader, item: Member) => Located<T> | undefined,
): Located<T>[] {
  const member = members.get(name);
  if (!member) return [];
  const items = reader.items(member, name);
  if (items?.length === 0) reader.fault(member.value, ProblemCode.EmptyPolicy, `${name} is empty`);
  return (items ?? []).flatMap((item) => read(reader, item) ?? []);
}
