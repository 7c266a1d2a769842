import { describe, expect, it } from 'vitest';
import { Action, Severity } from '../rule/scale.js';
import { scanValue } from './scan-value.js';

const fingerprintKey = Buffer.from('key of a test');
const mail = 'ann.miller@corp-mail.com';
const key = ['AKIA', 'Z7QX4M2K6RT5WB3N'].join('');
const released = [{ rule: 'pii.EMAIL_ADDRESS', severity: Severity.Medium, action: Action.Alert }] as const;

describe('what is done about findings', () => {
  it('is what the caller says, by rule and severity', () => {
    const { redacted, findings } = scanValue({ mail, key }, { fingerprintKey, actions: released });
    expect(redacted).toMatchObject({ mail });
    expect(JSON.stringify(redacted)).not.toContain(key);
    expect(findings.map(({ rule, action }) => [rule, action])).toContainEqual([
      'pii.EMAIL_ADDRESS',
      Action.Alert,
    ]);
  });

  it('is what the rule says where the caller says nothing', () => {
    const actions = [{ ...released[0], severity: Severity.High }];
    expect(scanValue({ mail }, { fingerprintKey, actions }).redacted).not.toMatchObject({ mail });
  });

  it('leaves a name of a member that is released', () => {
    const scanned = scanValue({ [mail]: 1 }, { fingerprintKey, actions: released });
    expect(scanned).toMatchObject({ redacted: { [mail]: 1 }, quarantine: false });
    expect(scanned.findings).toHaveLength(1);
  });

  it.each(['pii.EMAIL_ADDRESS', 'secret.aws-access-token'] as const)(
    'is the strictest of all rules that found the place: releasing %s alone releases nothing of the other',
    (rule) => {
      const hidden = Buffer.from(`${mail} ${key}`).toString('base64');
      const actions = Object.values(Severity).map((severity) => ({ rule, severity, action: Action.Alert }));
      const { redacted, findings } = scanValue({ hidden }, { fingerprintKey, actions });
      expect(JSON.stringify(redacted)).not.toContain(hidden);
      expect(findings.map(({ action }) => action)).toEqual([Action.Redact]);
    },
  );

  it('names the other rules that found the place', () => {
    const hidden = Buffer.from(`${mail} ${key}`).toString('base64');
    const { findings } = scanValue({ hidden }, { fingerprintKey });
    const rules = findings.flatMap(({ rule, also = [] }) => [rule, ...also]);
    expect(rules).toEqual(expect.arrayContaining(['pii.EMAIL_ADDRESS', 'secret.aws-access-token']));
  });
});

describe('the work of a scan', () => {
  it('can be ended by who counts it', () => {
    const work = {
      get steps() {
        return 0;
      },
      set steps(_steps: number) {
        throw new RangeError('enough');
      },
    };
    expect(() => scanValue({ mail }, { fingerprintKey, work })).toThrow('enough');
  });
});
