import type { VerifiedAgent } from '../decide/policy-request.js';
import type { Member, PolicyReader } from '../load/policy-reader.js';
import { Decision, ProblemCode, ReasonCode } from '../vocabulary.js';
import type { Expectation, PolicyTest } from './policy-test.js';
import { readJob } from './read-job.js';
import { readJson } from './read-json.js';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** The `tests` of a file. Strict like the rest: a test that asks nothing because of a slip would always pass. */
export function readTests(reader: PolicyReader, members: ReadonlyMap<string, Member>): PolicyTest[] {
  const member = members.get('tests');
  const items = member && reader.items(member, 'tests');
  if (items?.length === 0) {
    reader.fault(member?.value ?? null, ProblemCode.EmptyPolicy, 'tests is empty; leave it out');
  }
  return (items ?? []).flatMap((item) => readTest(reader, item) ?? []);
}

function readTest(reader: PolicyReader, item: Member): PolicyTest | undefined {
  const section = reader.section(item, 'test', ['name', 'job', 'now', 'agent', 'expect']);
  if (!section) return undefined;
  const { members, node } = section;
  for (const key of ['name', 'job', 'expect']) {
    if (!members.has(key)) reader.fault(node, ProblemCode.MissingKey, `a test needs ${key}`);
  }
  const read = <T>(key: string, reading: (member: Member) => T | undefined) => {
    const member = members.get(key);
    return member && reading(member);
  };
  const name = read('name', (member) => readName(reader, member));
  const job = read('job', (member) => readJob(reader, member));
  const now = read('now', (member) => readNow(reader, member));
  const verified = read('agent', (member) => readAgent(reader, member));
  const expect = read('expect', (member) => readExpectation(reader, member));
  if (name === undefined || !job || !expect) return undefined;
  const request = { ...job, ...(verified && { verified }), ...(now !== undefined && { now }) };
  return { name, ...reader.placeOf(node), request, expect };
}

function readName(reader: PolicyReader, member: Member): string | undefined {
  const name = reader.text(member, 'name');
  if (name === undefined || name.trim() !== '') return name;
  return reader.fault(member.value, ProblemCode.BadValue, 'the name of a test says what must be so');
}

function readNow(reader: PolicyReader, member: Member): string | undefined {
  const now = reader.text(member, 'now');
  if (now === undefined || (INSTANT.test(now) && Number.isFinite(Date.parse(now)))) return now;
  return reader.fault(
    member.value,
    ProblemCode.BadValue,
    'now must be an instant such as 2026-11-20T10:00:00Z',
  );
}

function readAgent(reader: PolicyReader, member: Member): VerifiedAgent | undefined {
  const section = reader.section(member, 'agent', ['producer', 'by']);
  const text = (name: string) => {
    const one = section?.members.get(name);
    return one && reader.text(one, `agent.${name}`);
  };
  const producer = text('producer');
  const by = text('by');
  return section && { ...(producer !== undefined && { producer }), ...(by !== undefined && { by }) };
}

function readExpectation(reader: PolicyReader, member: Member): Expectation | undefined {
  const keys = ['decision', 'rule', 'reason_code', 'constraints', 'obligations', 'tags'];
  const section = reader.section(member, 'expect', keys);
  if (!section) return undefined;
  const { members, node } = section;
  const decisionMember = members.get('decision');
  const decision = decisionMember
    ? reader.word(decisionMember, 'decision', Object.values(Decision), ProblemCode.UnknownDecision)
    : reader.fault(node, ProblemCode.MissingKey, 'expect needs a decision');
  const ruleMember = members.get('rule');
  const rule = ruleMember && reader.text(ruleMember, 'expect.rule');
  const codeMember = members.get('reason_code');
  const code = codeMember && reader.word(codeMember, 'expect.reason_code', Object.values(ReasonCode));
  const part = (name: string) => {
    const one = members.get(name);
    return one && readJson(reader, one, `expect.${name}`);
  };
  const constraints = part('constraints');
  const obligations = part('obligations');
  const tagsMember = members.get('tags');
  const tags = tagsMember && reader.list(tagsMember, 'expect.tags', () => undefined);
  if (decision === undefined) return undefined;
  return {
    decision,
    ...(rule !== undefined && { rule }),
    ...(code !== undefined && { reason_code: code }),
    ...(constraints !== undefined && { constraints }),
    ...(obligations !== undefined && { obligations }),
    ...(tags && { tags }),
  };
}
