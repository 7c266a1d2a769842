import { expect, it } from 'vitest';
import type { Finding } from '../api/types.js';
import { countFindings } from './count-findings.js';

const finding = (severity: string, rule: string): Finding => ({
  severity,
  rule,
  pointer: '',
  offset: 0,
  length: 1,
  fingerprint: '',
});

it('findings are counted by rule and severity, the most severe first and then the most', () => {
  const findings = [
    finding('low', 'a'),
    finding('odd', 'z'),
    finding('critical', 'b'),
    finding('critical', 'c'),
    finding('critical', 'c'),
  ];
  expect(countFindings(findings)).toEqual([
    { severity: 'critical', rule: 'c', count: 2 },
    { severity: 'critical', rule: 'b', count: 1 },
    { severity: 'low', rule: 'a', count: 1 },
    { severity: 'odd', rule: 'z', count: 1 },
  ]);
});
