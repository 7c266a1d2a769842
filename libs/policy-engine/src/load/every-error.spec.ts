import { describe, expect, it } from 'vitest';
import { errorsOf } from '../testing/builders.js';

const told = (text: string) => errorsOf(text).map(({ line, column, code }) => `${line}:${column} ${code}`);
const WRONG = 'job.parms.amount > 500 && job.params.name.matchs("x")';

describe('every error that can be found is reported (P01)', () => {
  it('of a match and of the condition beside it', () => {
    const text = `version: v1
rules:
  - { id: a, match: { Agents: [b] }, decision: deny, when: '${WRONG}' }
`;
    expect(told(text)).toEqual(['3:23 unknown_key', '3:61 unknown_field', '3:87 unknown_function']);
  });

  it.each([
    ['has no id', `- { match: { topics: [job.x] }, decision: deny, when: '${WRONG}' }`, 'missing_key'],
    ['has no decision', `- { id: a, match: { topics: [job.x] }, when: '${WRONG}' }`, 'missing_key'],
    ['has another decision', `- { id: a, decision: alow, when: '${WRONG}' }`, 'unknown_decision'],
  ])('of the condition of a rule that %s', (_what, rule, code) => {
    const codes = errorsOf(`version: v1\nrules:\n  ${rule}\n`).map((error) => error.code);
    expect(codes).toEqual([code, 'unknown_field', 'unknown_function']);
  });

  it('of the condition of a classify rule without tags', () => {
    const text = `version: v1\nclassify: [{ id: c, match: { topics: [job.x] }, when: '${WRONG}' }]\n`;
    const codes = errorsOf(text).map(({ code }) => code);
    expect(codes).toEqual(['missing_key', 'unknown_field', 'unknown_function']);
  });

  it('of the condition of a rule that concerns nobody of its scope', () => {
    const text = `version: v1
scope: { tenants: [acme] }
rules: [{ id: a, match: { tenants: [beta] }, decision: deny, when: '${WRONG}' }]
`;
    const codes = errorsOf(text).map(({ code }) => code);
    expect(codes).toEqual(['bad_scope', 'unknown_field', 'unknown_function']);
  });

  it('of names and of what is written out in one condition, each once', () => {
    const text = `version: v1
rules:
  - { id: a, decision: deny, when: 'job.parms.x || job.topic.matches("(") || time.within("x", "UTC")' }
`;
    expect(told(text)).toEqual(['3:37 unknown_field', '3:70 bad_condition', '3:90 bad_condition']);
  });
});
