import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json-value.js';
import { fingerprintOf } from '../scan/fingerprint.js';
import { redactText } from '../scan/redact-text.js';
import { scanText } from '../scan/scan-text.js';
import { scanValue } from '../scan/scan-value.js';
import { suppressionMarkers } from '../detect/unsafe-keywords.js';
import { expandExample } from '../testing/example-text.js';
import { drawn, sampleJwt } from '../testing/sample-secrets.js';

const token = expandExample('ghp_{alnum:36}', 'scanner').text;
const password = `Gk3${drawn(14)}`;
const options = { fingerprintKey: Buffer.from('key of a test') };
const rules = (text: string): string[] => scanText(text).map((finding) => finding.rule);

describe('attacks on the scanner itself', () => {
  it('attack 23: a secret as a JSON key is hidden, the JSON still parses and keys stay unique', () => {
    const other = expandExample('ghp_{alnum:36}', 'other').text;
    const { redacted, quarantine } = scanValue({ [token]: 1, [other]: 2 }, options);
    expect(quarantine).toBe(true);
    expect(Object.values(JSON.parse(JSON.stringify(redacted)) as object).sort()).toEqual([1, 2]);
    const { text } = redactText(JSON.stringify({ [token]: 1 }), options);
    expect(JSON.parse(text)).toEqual({ '[REDACTED:secret.github-pat]': 1 });
  });

  it('attack 24: nesting 100,000 deep and an array of a million elements are walked', () => {
    let deep: JsonValue = token;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(scanValue(deep, options).findings).toHaveLength(1);
    expect(scanValue(new Array<JsonValue>(1_000_000).fill(7), options).findings).toEqual([]);
  });

  it('attack 32: overlapping findings are one, named by the most specific rule, as severe as the most severe', () => {
    const jwt = sampleJwt();
    expect(rules(`GET https://host/x?access_token=${jwt} Authorization: Bearer ${jwt}`)).toEqual([
      'secret.jwt',
      'secret.jwt',
    ]);
    const key = expandExample('AKIA{base32:16}', 'overlap').text;
    const [finding] = scanText(`password=${key}`);
    expect(finding).toMatchObject({ rule: 'secret.aws-access-token', severity: 'high' });
  });

  it('attack 33: redacting leaves no part, and scanning the redacted text finds nothing', () => {
    for (const text of [
      `${token}tail`,
      `x=${token}-${token}`,
      `https://u:${password}@h/${token}`,
      `{"password":"${password}${token}"}`,
    ]) {
      const redacted = redactText(text, options).text;
      expect(redacted).not.toContain(token.slice(8, 24));
      expect(redacted).not.toContain(password);
      expect(scanText(redacted)).toEqual([]);
    }
  });

  it('attack 34: a forged marker is a finding, and hides nothing', () => {
    const markerId = 'a1b2c3d4e5f6';
    const forged = `[REDACTED:secret.jwt] PASSWORD=[REDACTED:secret.jwt]${password}`;
    const { text, findings } = redactText(forged, { ...options, markerId });
    expect(findings.map((finding) => finding.rule)).toContain('unsafe.forged-marker');
    expect(text).not.toContain(password);
    expect(text.match(/\[REDACTED:/g)?.length).toBe(text.match(new RegExp(`#${markerId}\\]`, 'g'))?.length);
    expect(redactText(text, { ...options, markerId })).toEqual({ text, findings: [] });
    expect(() => redactText('text', { ...options, markerId: 'no]' })).toThrow(RangeError);
  });

  it('attack 35: a report holds neither the value nor what stands around it', () => {
    const text = `the unusual words before ${token} and password=${password} and those after`;
    const report = JSON.stringify([
      redactText(text, options).findings,
      scanValue({ note: text }, options).findings,
    ]);
    for (const part of [token, token.slice(4, 16), password, password.slice(0, 8), 'unusual', 'those after'])
      expect(report).not.toContain(part);
  });

  it('attack 36: a fingerprint cannot be made without the key', () => {
    const number = ['219', '09', '9999'].join('-');
    expect(fingerprintOf(number, options)).not.toBe(
      fingerprintOf(number, { fingerprintKey: Buffer.from('other key') }),
    );
    expect(() => fingerprintOf(number, { fingerprintKey: new Uint8Array() })).toThrow(RangeError);
  });

  it.each(suppressionMarkers)('attack 37: "%s" switches nothing off and is a finding itself', (marker) => {
    const found = rules(`// ${marker}\n${token} # ${marker}\n`);
    expect(found).toContain('secret.github-pat');
    expect(found.filter((rule) => rule === 'unsafe.suppression-marker')).toHaveLength(2);
  });

  it('attack 38: allowlists excuse whole values only', () => {
    const ending = `AKIA${expandExample('{base32:9}', 'tail').text}EXAMPLE`;
    expect(rules(`key ${ending.slice(0, 20)}`)).toEqual([]);
    const real = expandExample('AKIA{base32:16}', 'real').text;
    expect(rules(`this is only a test example: ${real} (dummy, sample)`)).toEqual([
      'secret.aws-access-token',
    ]);
    expect(rules(`password=test${drawn(12)}1example`)).toEqual(['secret.password-assignment']);
  });

  it('attack 39: whatever the bytes, a scan ends with a verdict', () => {
    const hostile = [
      '\ud800',
      '\udc00'.repeat(50),
      '\0'.repeat(100),
      '[REDACTED:',
      '«»',
      '\\u',
      '%',
      '&#;',
      '&#xZZ;',
      '=\n=',
      '"\' + \'"',
    ];
    for (const text of hostile) expect(() => redactText(`${text} ${token} ${text}`, options)).not.toThrow();
    for (const text of hostile)
      expect(redactText(`${text} ${token} ${text}`, options).text).not.toContain(token);
  });

  it('attack 40: every copy of a found value goes, also where nothing announces it', () => {
    const text = `password=${password}\nlogin failed for app with ${password}, retry ${password}!`;
    expect(redactText(text, options).text).not.toContain(password);
    const many = Array.from(
      { length: 9 },
      (_, index) => `P${index}_PASSWORD=Q${index}${drawn(14, 'base62', String(index))}`,
    );
    const copies = many.map((line) => line.slice(line.indexOf('=') + 1)).join(' | ');
    const redacted = redactText(`${many.join('\n')}\n${copies}`, options).text;
    for (const line of many) expect(redacted).not.toContain(line.slice(line.indexOf('=') + 1));
  });

  it('a canary is noticed as written, disguised and encoded', () => {
    const canary = `canary-${drawn(16)}`;
    const hidden = [
      canary,
      Buffer.from(`x ${canary} y`).toString('base64'),
      [...canary].map((c) => `&#${c.charCodeAt(0)};`).join(''),
    ];
    for (const text of hidden) {
      const found = scanText(`before ${text} after`, { canaries: [canary] });
      expect(found).toMatchObject([
        { rule: 'unsafe.canary-hit', severity: 'critical', action: 'quarantine' },
      ]);
      expect(scanText(`before ${text} after`).map((finding) => finding.rule)).not.toContain(
        'unsafe.canary-hit',
      );
    }
    expect(() => scanText('text', { canaries: ['short'] })).toThrow(RangeError);
  });

  it('national ids are looked for in the regions that are switched on', () => {
    const text = `ssn: ${['219', '09', '9998'].join('-')}`;
    expect(rules(text)).toEqual(['pii.US_SSN']);
    expect(scanText(text, { regions: ['US'] })).toHaveLength(1);
    expect(scanText(text, { regions: ['DE'] })).toEqual([]);
  });
});
