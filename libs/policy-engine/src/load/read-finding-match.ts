import { FINDING_SEVERITIES, type FindingSeverity } from '@countersign/contracts';
import type { FindingMatch } from '../findings/finding-rule.js';
import { findingKindFault } from '../findings/known-findings.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';
import { readAgents, readAnyOf, readTenants, readTopics } from './read-names.js';
import { didYouMean } from './suggest.js';

const KEYS = ['topics', 'tenants', 'agents', 'kinds', 'severities', 'min_severity'];
const PRODUCER = /^[a-z0-9_-]{1,64}$/;

/** The `match` of a rule about findings. Absent means any finding in any job. */
export function readFindingMatch(
  reader: PolicyReader,
  member: Member | undefined,
  has: { readonly destinations: boolean },
): FindingMatch {
  const section =
    member && reader.section(member, 'match', has.destinations ? [...KEYS, 'destinations'] : KEYS);
  if (!section) return {};
  const { members, node } = section;
  if (members.size === 0) {
    reader.fault(node, ProblemCode.EmptyCondition, 'match is empty; leave it out or ask for something');
  }
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const tenants = readTenants(reader, members.get('tenants'), 'tenants');
  const agents = readAgents(reader, members.get('agents'), 'agents');
  const destinations = readAnyOf(reader, members.get('destinations'), 'destinations', (text) =>
    PRODUCER.test(text) ? undefined : 'is no producer; wildcards work in topics and kinds only',
  );
  const kinds = readAnyOf(reader, members.get('kinds'), 'kinds', findingKindFault);
  const severities = readSeverities(reader, members);
  return {
    ...(topics && { topics }),
    ...(tenants && { tenants }),
    ...(agents && { agents }),
    ...(has.destinations && destinations && { destinations }),
    ...(kinds && { kinds }),
    ...(severities && { severities }),
  };
}

const isSeverity = (text: string): text is FindingSeverity => FINDING_SEVERITIES.some((one) => one === text);

/** Severities by name, or all from one on. */
function readSeverities(
  reader: PolicyReader,
  members: ReadonlyMap<string, Member>,
): FindingSeverity[] | undefined {
  const named = members.get('severities');
  const least = members.get('min_severity');
  if (named && least) {
    const message = 'match has both severities and min_severity; give one of them';
    return reader.fault(least.key, ProblemCode.KeyNotAllowed, message);
  }
  const list = readAnyOf(reader, named, 'severities', (text) =>
    isSeverity(text)
      ? undefined
      : `is unknown${didYouMean(text, FINDING_SEVERITIES)}; known: ${FINDING_SEVERITIES.join(', ')}`,
  );
  if (list) return list.filter(isSeverity);
  const from = least && reader.word(least, 'min_severity', FINDING_SEVERITIES);
  return from && FINDING_SEVERITIES.slice(FINDING_SEVERITIES.indexOf(from)).sort();
}
