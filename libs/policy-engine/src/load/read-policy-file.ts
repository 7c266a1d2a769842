import type { InputRule } from '../findings/finding-rule.js';
import type { ClassifyRule, PolicyRule, PolicyScope } from '../policy-rule.js';
import { ProblemCode } from '../vocabulary.js';
import type { ParsedFile } from './parse-yaml.js';
import type { Member, Place, PolicyReader, Section } from './policy-reader.js';
import { readClassify } from './read-classify.js';
import { readInput } from './read-input.js';
import { readOutput, type OutputSection } from './read-output.js';
import { readRule, type Located } from './read-rule.js';
import { narrowRule, readScope } from './read-scope.js';
import { readSections, SECTION_KEYS } from './sections/index.js';

/** Something that a bundle states once, and where. */
export interface Stated<T> {
  readonly value: T;
  readonly at: Place;
}

/** The entries of one file. */
export interface PolicyFile {
  readonly rules: readonly Located<PolicyRule>[];
  readonly classify: readonly Located<ClassifyRule>[];
  readonly input: readonly Located<InputRule>[];
  readonly output: OutputSection;
  readonly scope?: Stated<PolicyScope>;
  readonly policyId?: Stated<string>;
  readonly policyVersion?: Stated<string>;
}

const FILE_KEYS = [
  'version',
  'policy_id',
  'policy_version',
  'include',
  'sets',
  'scope',
  'default',
  'classify',
  'rules',
  ...SECTION_KEYS,
  'input',
  'output',
  'tests',
];
/** A file that has none of these says nothing. */
const CONTENT_KEYS = FILE_KEYS.filter((key) => !['version', 'scope', 'default'].includes(key));
const POLICY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const POLICY_VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/;

/** The top of a parsed file, if it is a mapping of known keys. */
export function readTop({ reader, root }: ParsedFile): Section | undefined {
  const section = reader.section({ key: root, value: root }, 'policy', FILE_KEYS);
  if (!section) return undefined;
  checkVersion(reader, section);
  if (!CONTENT_KEYS.some((key) => section.members.has(key))) {
    reader.fault(root, ProblemCode.EmptyPolicy, 'the file has neither rules nor classify, nor anything else');
  }
  return section;
}

/** Reads the entries of one file, once the sets of all files are known to the reader. */
export function readPolicyFile(reader: PolicyReader, top: Section): PolicyFile {
  const { members } = top;
  const scope = readScope(reader, members);
  const own = [...readEntries(reader, top, 'rules', readRule), ...readSections(reader, members)];
  const policyId = readStated(reader, members.get('policy_id'), 'policy_id', POLICY_ID);
  const policyVersion = readStated(reader, members.get('policy_version'), 'policy_version', POLICY_VERSION);
  return {
    rules: own.flatMap((rule) => narrowRule(reader, rule, scope?.value) ?? []),
    classify: readEntries(reader, top, 'classify', readClassify),
    input: readInput(reader, members.get('input'), scope?.value),
    output: readOutput(reader, members.get('output'), scope?.value),
    ...(scope && { scope }),
    ...(policyId && { policyId }),
    ...(policyVersion && { policyVersion }),
  };
}

function readStated(
  reader: PolicyReader,
  member: Member | undefined,
  what: string,
  grammar: RegExp,
): Stated<string> | undefined {
  const text = member && reader.text(member, what);
  if (text === undefined) return undefined;
  if (grammar.test(text)) return { value: text, at: reader.placeOf(member?.key ?? null) };
  return reader.fault(
    member?.value ?? null,
    ProblemCode.BadValue,
    `${what} is not made of letters, digits, dots and dashes`,
  );
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
