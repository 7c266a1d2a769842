import { describe, expect, it } from 'vitest';
import { redactText } from '../scan/redact-text.js';
import { scanText } from '../scan/scan-text.js';
import {
  compileTenantRule,
  LONGEST_PATTERN,
  TenantRuleRefused,
  type TenantRuleSource,
} from './tenant-rule.js';

const source: TenantRuleSource = {
  name: 'employee-number',
  keyword: 'EMP-',
  pattern: 'EMP-\\d{6}\\b',
  severity: 'medium',
  action: 'redact',
};
const options = { fingerprintKey: Buffer.from('key of a test') };

describe('a rule of a tenant', () => {
  const tenantRules = [compileTenantRule(source)];

  it('finds and replaces like any other, with its own severity', () => {
    expect(redactText('asked by EMP-123456 today', { ...options, tenantRules }).text).toBe(
      'asked by [REDACTED:tenant.employee-number] today',
    );
    expect(scanText('by EMP-123456', { tenantRules })).toMatchObject([
      { rule: 'tenant.employee-number', kind: 'tenant', severity: 'medium', offset: 3, length: 10 },
    ]);
    expect(scanText('by EMP-12345x', { tenantRules })).toEqual([]);
    expect(scanText('by EMP-123456')).toEqual([]);
  });

  it('has places in UTF-16 units, whatever stands before', () => {
    const text = 'é😀日 EMP-123456';
    expect(scanText(text, { tenantRules })).toMatchObject([{ offset: text.indexOf('EMP'), length: 10 }]);
  });

  it('sees through disguises', () => {
    const hidden = Buffer.from('for EMP-123456 only').toString('base64');
    expect(scanText(`x ${hidden} y`, { tenantRules })).toMatchObject([
      { rule: 'tenant.employee-number', length: hidden.length },
    ]);
  });

  it('may only be told', () => {
    const told = [compileTenantRule({ ...source, action: 'alert' })];
    const { text, findings } = redactText('by EMP-123456', { ...options, tenantRules: told });
    expect(text).toBe('by EMP-123456');
    expect(findings).toHaveLength(1);
  });

  it.each<[string, Partial<TenantRuleSource>]>([
    ['a name of another form', { name: 'No Name' }],
    ['a short keyword', { keyword: 'ab' }],
    ['a keyword with a blank', { keyword: 'a b c' }],
    ['a pattern that is too long', { pattern: 'a'.repeat(LONGEST_PATTERN + 1) }],
    ['a pattern that is wrong', { pattern: '(' }],
    ['a pattern with a look-around', { pattern: '(?=EMP)EMP' }],
    ['a pattern that matches nothing at all', { pattern: 'a*' }],
    ['a large repetition', { pattern: 'a{1000}' }],
    ['repetitions that multiply', { pattern: '((((a{200}){200}){200}){200}){200}{200}' }],
    ['characters outside of ASCII', { pattern: 'é' }],
  ])('is refused with %s', (_what, change) => {
    expect(() => compileTenantRule({ ...source, ...change })).toThrow(TenantRuleRefused);
  });

  it('whose pattern would be slow elsewhere takes work in proportion to the text', () => {
    const slow = [compileTenantRule({ ...source, pattern: '(EMP-)(a+)+(a+)+\\d' })];
    const work = (length: number): number => {
      const counter = { steps: 0 };
      scanText('EMP-' + 'a'.repeat(length), { tenantRules: slow, work: counter });
      return counter.steps;
    };
    expect(work(128 * 1024)).toBeLessThan(5 * work(32 * 1024));
  });
});
