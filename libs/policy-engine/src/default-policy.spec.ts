import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide, loadPolicy, type PolicyRequest } from './index.js';
import { aRequest } from './testing/builders.js';

const file = new URL('../../../config/policies/default.yaml', import.meta.url);
const result = loadPolicy([{ file: 'default.yaml', text: readFileSync(file, 'utf8') }]);
if (!result.ok) throw new Error(JSON.stringify(result.errors));
const { snapshot, warnings } = result;
const answer = (over: Partial<PolicyRequest>) => decide(snapshot, aRequest(over));
const exec = 'job.agent.exec.shell';

describe('the policy that ships', () => {
  it('warns only that its read rule trusts clients to tag', () => {
    expect(warnings.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
      ['rests_on_absent_client_tag', 'rule allow-low-risk-read'],
    ]);
  });

  it('decides the sample as written', () => {
    expect(answer({}).type).toBe('ALLOW');
    expect(answer({ topic: 'job.mcp-bridge.write.x', riskTags: ['prod'] }).type).toBe('REQUIRE_APPROVAL');
    expect(answer({ topic: exec, riskTags: ['medium'] })).toMatchObject({
      type: 'ALLOW_WITH_CONSTRAINTS',
      constraints: { max_runtime_sec: 45, max_retries: 1 },
    });
    expect(answer({ topic: exec, riskTags: ['destructive'] }).type).toBe('DENY');
  });

  it.each([[['untrusted']], [['medium', 'untrusted']]])(
    'gives %j two seconds and no second try',
    (riskTags) => {
      expect(answer({ topic: exec, riskTags })).toMatchObject({
        type: 'ALLOW_WITH_CONSTRAINTS',
        constraints: { max_runtime_sec: 2, max_retries: 0 },
      });
    },
  );

  it.each([
    ['job.mcp-bridge.read.delete_all', {}],
    [exec, { argv: ['rm', '-rf', '/x'] }],
    [exec, { command: 'sudo sh -c "r\\m -rf x"' }],
    [exec, { command: 'find . -delete' }],
  ])('denies %s with %j, however it is tagged', (topic, params) => {
    for (const riskTags of [[], ['medium'], ['medium', 'untrusted'], ['prod']]) {
      expect(answer({ topic, params, riskTags })).toMatchObject({
        type: 'DENY',
        derivedTags: ['destructive'],
      });
    }
  });

  it.each([
    [exec, []],
    ['job.mcp-bridge.write.x', []],
    ['job.unknown.x', ['medium']],
  ])('denies %s with the tags %j, which no rule names', (topic, riskTags) =>
    expect(answer({ topic, riskTags }).reasonCode).toBe('no_match'),
  );
});
