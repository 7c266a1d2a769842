import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { redactText } from '../scan/redact-text.js';
import { scanText } from '../scan/scan-text.js';
import { disguises } from '../testing/disguises.js';
import { Draw } from '../testing/draw.js';
import { expandExample } from '../testing/example-text.js';
import { drawn, samplePem } from '../testing/sample-secrets.js';

const token = expandExample('ghp_{alnum:36}', 'disguise').text;
const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');
const options = { fingerprintKey: Buffer.from('key of a test') };

/** What is left of `before … after` around a disguised token. */
const left = (disguised: string): string => redactText(`before ${disguised} after`, options).text;
const taken = 'before [REDACTED:secret.github-pat] after';

/** Names of disguises, by the attack they belong to. */
const attacks: readonly [attack: string, name: string][] = [
  ['5', 'base 64'],
  ['5', 'base 64 for addresses'],
  ['6', 'base 64 twice'],
  ['6', 'base 64 three times'],
  ['7', 'hexadecimal'],
  ['8', 'percent escapes'],
  ['8', 'percent escapes here and there'],
  ['9', 'decimal entities'],
  ['9', 'hexadecimal entities'],
  ['9', 'quoted-printable'],
  ['10', 'gzip in base 64'],
  ['10', 'zlib in base 64'],
  ['10', 'gzip in hexadecimal'],
  ['11', 'utf-16 in base 64'],
  ['11', 'nul bytes'],
  ['12', 'json escapes'],
  ['12', 'json escapes here and there'],
  ['13', 'json escapes twice'],
  ['14', 'zero-width characters'],
  ['15', 'look-alikes in the prefix'],
  ['16', 'full width'],
  ['16', 'mathematical letters'],
  ['19', 'two lines'],
  ['19', 'two lines and an indent'],
  ['19', 'a continued line'],
  ['20', 'two literals'],
  ['20', 'three literals'],
  ['20', 'literals joined by a dot'],
];

describe('a disguised token is taken out with its disguise', () => {
  it.each(attacks)('attack %s, S05: %s', (_attack, name) => {
    const disguise = disguises[name];
    expect(disguise).toBeDefined();
    expect(left(disguise?.(token, new Draw(name)) ?? '')).toBe(taken);
  });

  it('attack 10: data deflated without a header', () => {
    expect(
      left(
        base64(deflateRawSync(`{"token":"${token}","words":"${'some more words to squeeze '.repeat(4)}"}`)),
      ),
    ).toBe(taken);
  });

  it('attack 10: a bomb is a finding of its own, however it is wrapped', () => {
    const bomb = base64(gzipSync(Buffer.alloc(32 * 1024 * 1024)));
    expect(scanText(`x ${bomb.slice(0, 40_000)}`).every((f) => f.severity === 'high')).toBe(true);
    const found = scanText(`before ${bomb} after`);
    expect(found).toMatchObject([
      { rule: 'unsafe.archive-bomb', action: 'quarantine', offset: 7, length: bomb.length },
    ]);
  });

  it('attack 6: layers deeper than three are not undone, and do no harm', () => {
    let layered = `t=${token}`;
    for (let layer = 0; layer < 5; layer++) layered = base64(layered);
    expect(scanText(layered)).toEqual([]);
  });

  it('attack 7: hexadecimal that decodes to no text is left alone', () => {
    expect(scanText(`sha256:${drawn(64, 'hex')} ${drawn(40, 'hex')}`)).toEqual([]);
  });

  it('attack 13: JSON inside JSON strings, three levels', () => {
    const password = `Gk3${drawn(14)}`;
    const text = JSON.stringify({
      a: JSON.stringify({ b: JSON.stringify({ c: JSON.stringify({ password, token }) }) }),
    });
    const { text: redacted } = redactText(text, options);
    expect(redacted).not.toContain(password);
    expect(redacted).not.toContain(token);
    expect(() => JSON.parse(redacted) as unknown).not.toThrow();
  });

  it('attack 21: a key with escaped line ends, an indent, CRLF or quotation marks', () => {
    const pem = samplePem('EC ');
    const forms = [
      pem.replaceAll('\n', '\\n'),
      pem.replaceAll('\n', '\n    '),
      pem.replaceAll('\n', '\r\n'),
      pem
        .split('\n')
        .map((line) => `"${line}\\n"`)
        .join(' +\n'),
      pem
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n'),
    ];
    for (const form of forms) {
      const { text } = redactText(form, options);
      for (const line of pem.split('\n').slice(1, -1)) expect(text).not.toContain(line);
    }
  });

  it('attack 22: a key that was cut off is taken out to the end of its body', () => {
    const cut = samplePem('').split('\n').slice(0, 3).join('\n');
    expect(redactText(`key:\n${cut}`, options).text).toBe('key:\n[REDACTED:secret.private-key]');
  });

  it('says how the value was hidden', () => {
    const [finding] = scanText(base64(gzipSync(`token=${token}`)));
    expect(finding?.decodedFrom).toEqual(['base64', 'gzip']);
    expect(scanText(base64(deflateSync(`token=${token}`)))[0]?.decodedFrom).toEqual(['base64', 'deflate']);
    expect(scanText(`t ${token}`)[0]).not.toHaveProperty('decodedFrom');
  });
});
