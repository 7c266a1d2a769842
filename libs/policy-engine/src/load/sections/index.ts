import type { PolicyRule } from '../../policy-rule.js';
import { ProblemCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import type { Located } from '../read-rule.js';
import { unlistedAgentsRule } from './finish-sections.js';
import { readAllowlist } from './read-allowlists.js';
import { readBlacklist } from './read-blacklist.js';
import { readHours } from './read-hours.js';
import { readMatrix } from './read-matrix.js';
import { readNeverAutoApprove } from './read-never-auto-approve.js';
import { readTiers } from './read-tiers.js';

export { finishSections } from './finish-sections.js';

type ReadEntry = (reader: PolicyReader, item: Member) => Located<PolicyRule>[];

const FORMS: Readonly<Record<string, ReadEntry>> = {
  tiers: readTiers,
  matrix: readMatrix,
  hours: readHours,
  blacklist: readBlacklist,
  allowlists: readAllowlist,
  never_auto_approve: readNeverAutoApprove,
};

/** The keys of a file that are short forms. */
export const SECTION_KEYS: readonly string[] = [...Object.keys(FORMS), 'unlisted_agents'];

/**
 * Writes the short forms of a file as rules. There is nothing else behind a short form: what is explained, printed and
 * decided are these rules. {@link finishSections} completes them once all files are read.
 */
export function readSections(
  reader: PolicyReader,
  members: ReadonlyMap<string, Member>,
): Located<PolicyRule>[] {
  const rules = Object.entries(FORMS).flatMap(([form, read]) => {
    const member = members.get(form);
    const items = member && reader.items(member, form);
    if (items?.length === 0) {
      reader.fault(member?.value ?? null, ProblemCode.EmptyPolicy, `${form} is empty; leave it out`);
    }
    return (items ?? []).flatMap((item) => read(reader, item));
  });
  return [...rules, ...readUnlistedAgents(reader, members.get('unlisted_agents'))];
}

function readUnlistedAgents(reader: PolicyReader, member: Member | undefined): Located<PolicyRule>[] {
  const word = member && reader.word(member, 'unlisted_agents', ['deny', 'pass']);
  if (!member || word !== 'deny') return [];
  return [{ value: unlistedAgentsRule(), at: reader.placeOf(member.key) }];
}
