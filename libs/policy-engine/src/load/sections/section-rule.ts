import type { PolicyRule } from '../../policy-rule.js';
import { ProblemCode } from '../../vocabulary.js';
import type { Member, PolicyReader, Section } from '../policy-reader.js';
import { readId, type Located, type Place } from '../read-rule.js';

/** One entry of a short form: its id, its members and its place. */
export interface SectionEntry {
  readonly form: string;
  readonly id: string;
  readonly section: Section;
  readonly at: Place;
}

/** Longest id of an entry: with form and part it still makes an id that a rule may have. */
const MAX_ENTRY_ID = 96;

/** Reads the mapping of one entry and its id. */
export function readEntry(
  reader: PolicyReader,
  item: Member,
  form: string,
  keys: readonly string[],
): SectionEntry | undefined {
  const section = reader.section(item, `an entry of ${form}`, ['id', ...keys]);
  if (!section) return undefined;
  const id = readId(reader, section);
  if (id === undefined) return undefined;
  return checkedEntry(reader, { form, id, section, at: reader.placeOf(section.node) });
}

/** Refuses an id that leaves no room for form and part. */
export function checkedEntry(reader: PolicyReader, entry: SectionEntry): SectionEntry | undefined {
  if (entry.id.length <= MAX_ENTRY_ID) return entry;
  const where = entry.section.members.get('id')?.value ?? entry.section.node;
  return reader.fault(
    where,
    ProblemCode.BadValue,
    `an id of ${entry.form} has at most ${MAX_ENTRY_ID} characters; it becomes a part of its rules' ids`,
  );
}

/** A member that an entry can't do without. */
export function needed(
  reader: PolicyReader,
  { form, section }: SectionEntry,
  name: string,
): Member | undefined {
  const member = section.members.get(name);
  return member ?? reader.fault(section.node, ProblemCode.MissingKey, `an entry of ${form} needs ${name}`);
}

/** A rule that an entry is written as. */
export function ruleOf(
  { form, id, at }: SectionEntry,
  what: string,
  rule: Omit<PolicyRule, 'id'>,
): Located<PolicyRule> {
  return { value: { id: `${form}.${id}.${what}`, ...rule }, at };
}
