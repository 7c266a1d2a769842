import { ProblemCode } from '../vocabulary.js';
import { quoted, type NamedLists, type Place, type PolicyReader, type Section } from './policy-reader.js';

const SET_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** The named lists of all files. A name stands for one list in the whole bundle, and no list is empty. */
export function readSets(
  files: readonly { readonly reader: PolicyReader; readonly top: Section }[],
): NamedLists {
  const sets = new Map<string, readonly string[]>();
  const places = new Map<string, Place>();
  for (const { reader, top } of files) {
    const member = top.members.get('sets');
    for (const [name, entry] of (member && reader.entries(member, 'sets')) ?? []) {
      const first = places.get(name);
      if (first) {
        const message = `set ${name} is already at ${first.file}:${first.line}`;
        reader.fault(entry.key, ProblemCode.DuplicateId, message);
        continue;
      }
      if (!SET_NAME.test(name)) {
        reader.fault(
          entry.key,
          ProblemCode.BadValue,
          `${quoted(name)} is no name of a set: lower-case letters, digits and _`,
        );
      }
      const list = reader.list(entry, `set ${name}`, (item) => (item === '' ? 'is empty' : undefined));
      if (list?.length === 0) {
        reader.fault(entry.value, ProblemCode.EmptyCondition, `set ${name} is empty`);
      }
      places.set(name, reader.placeOf(entry.key));
      sets.set(name, list ?? []);
    }
  }
  return sets;
}
