import { OUTPUT_ACTIONS } from '@countersign/contracts';
import type { OutputRule } from '../findings/finding-rule.js';
import { regionFault } from '../findings/known-findings.js';
import type { PolicyScope } from '../policy-rule.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';
import { readAnyOf } from './read-names.js';
import { readFindingMatch } from './read-finding-match.js';
import { readId, readReason, type Located } from './read-rule.js';
import { narrowFindingRule } from './read-scope.js';

/** The `output` of one file. */
export interface OutputSection {
  readonly regions: readonly string[];
  readonly rules: readonly Located<OutputRule>[];
}

const RULE_KEYS = ['id', 'match', 'action', 'alert', 'reason'];
const NOTHING: OutputSection = { regions: [], rules: [] };

/** What becomes of findings in outputs. */
export function readOutput(
  reader: PolicyReader,
  member: Member | undefined,
  scope: PolicyScope | undefined,
): OutputSection {
  const section = member && reader.section(member, 'output', ['regions', 'rules']);
  if (!section) return NOTHING;
  const { members, node } = section;
  if (members.size === 0) {
    reader.fault(node, ProblemCode.EmptyPolicy, 'output is empty; leave it out');
    return NOTHING;
  }
  const regionsMember = members.get('regions');
  if (regionsMember && scope) {
    const message = 'regions are for the whole bundle: fewer of them in a scope would find less';
    reader.fault(regionsMember.key, ProblemCode.KeyNotAllowed, message);
  }
  const regions = readAnyOf(reader, regionsMember, 'output.regions', regionFault) ?? [];
  return {
    regions: regions.map((region) => region.toUpperCase()),
    rules: reader
      .entriesOf(members.get('rules'), 'output.rules')
      .flatMap((item) => readOutputRule(reader, item, scope) ?? []),
  };
}

function readOutputRule(
  reader: PolicyReader,
  item: Member,
  scope: PolicyScope | undefined,
): Located<OutputRule> | undefined {
  const section = reader.section(item, 'a rule of output', RULE_KEYS);
  if (!section) return undefined;
  const { members, node } = section;
  const id = readId(reader, section);
  const actionMember = members.get('action');
  const action = actionMember
    ? reader.word(actionMember, 'action', OUTPUT_ACTIONS)
    : reader.fault(node, ProblemCode.MissingKey, 'a rule of output needs an action');
  const match = readFindingMatch(reader, members.get('match'), { destinations: true });
  const alertMember = members.get('alert');
  const alert = alertMember && reader.boolean(alertMember, 'alert');
  const reason = readReason(reader, members.get('reason'));
  if (id === undefined || action === undefined) return undefined;
  const value: OutputRule = {
    id,
    match,
    action,
    ...(alert && { alert }),
    ...(reason !== undefined && { reason }),
  };
  return narrowFindingRule(reader, { value, at: reader.placeOf(node) }, scope);
}
