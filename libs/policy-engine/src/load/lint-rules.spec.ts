import { describe, expect, it } from 'vitest';
import { loadPolicy } from './load-policy.js';

const rules = (...lines: string[]) => ['version: v1', 'rules:', ...lines].join('\n');
const rule = (...lines: string[]) => rules('  - id: a', ...lines.map((line) => `    ${line}`));
const classify = (...lines: string[]) =>
  ['version: v1', 'rules: [{ id: a, decision: deny }]', 'classify:', ...lines].join('\n');

describe('a policy set is warned about', () => {
  const warningsOf = (text: string) => {
    const result = loadPolicy([{ file: 'policy.yaml', text }]);
    return result.ok ? result.warnings.map(({ code, line, column }) => [code, line, column]) : result.errors;
  };

  it('when an allow within constraints has no condition (case 5)', () => {
    const text = rule('decision: allow_with_constraints', 'constraints: { max_retries: 1 }');
    expect(warningsOf(text)).toEqual([['allow_without_condition', 3, 5]]);
  });

  it.each(['deny', 'require_approval'])('but not when a %s has none', (decision) => {
    expect(warningsOf(rule(`decision: ${decision}`))).toEqual([]);
  });

  it.each(['risk_tags: []', 'risk_tags: { none: [prod] }'])('when an allow rests on %s', (tags) => {
    expect(warningsOf(rule('decision: allow', `match: { ${tags} }`))).toEqual([
      ['rests_on_absent_client_tag', 5, 14],
    ]);
  });

  it.each([
    ['deny', 'risk_tags: { none: [reviewed] }', 'reviewed'],
    ['require_approval', 'risk_tags: { none: [reviewed] }', 'reviewed'],
    ['deny', 'risk_tags: []', 'any tag'],
  ])('when claiming a tag gets a job out of a %s with %s', (decision, tags, claim) => {
    const loaded = loadPolicy([
      { file: 'p.yaml', text: rule(`decision: ${decision}`, `match: { ${tags} }`) },
    ]);
    expect(loaded.ok && loaded.warnings).toEqual([
      expect.objectContaining({
        code: 'rests_on_absent_client_tag',
        message: `rule a: ${decision} does not hold for who claims ${claim}, and a client may claim it`,
      }),
    ]);
  });

  it('but not when the absent tag is derived', () => {
    const text = classify('  - { id: c, match: { topic_tokens: ["del*"] }, add_tags: [gone] }').replace(
      '{ id: a, decision: deny }',
      '{ id: a, match: { risk_tags: { none: [gone] } }, decision: allow }',
    );
    expect(warningsOf(text)).toEqual([]);
  });
});
