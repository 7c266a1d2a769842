import { describe, expect, it } from 'vitest';
import { redactText } from '../scan/redact-text.js';
import { createScanner, type StreamOptions, type StreamResult } from '../stream/scanner.js';
import { Draw } from '../testing/draw.js';
import { expandExample } from '../testing/example-text.js';
import { drawn, samplePem } from '../testing/sample-secrets.js';
import { logLine } from '../testing/surroundings.js';

const key = { fingerprintKey: Buffer.from('key of a test') };
const token = expandExample('ghp_{alnum:36}', 'stream').text;

interface Run {
  readonly result: StreamResult;
  readonly output: Buffer;
}

/** Pushes bytes in pieces whose sizes are given by number. */
function run(bytes: Buffer, size: (piece: number) => number, options: Partial<StreamOptions> = {}): Run {
  const pieces: Uint8Array[] = [];
  const scanner = createScanner({ ...key, ...options, onOutput: (piece) => pieces.push(piece) });
  let at = 0;
  for (let piece = 0; at < bytes.length; piece++) {
    const length = Math.max(1, size(piece));
    scanner.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { result: scanner.end(), output: Buffer.concat(pieces) };
}

const whole = (): number => Number.MAX_SAFE_INTEGER;

/** A log of some length with something planted every now and then. */
function log(length: number, plant: (draw: Draw) => string, seed = 'log'): string {
  const draw = new Draw(seed);
  const lines: string[] = [];
  for (let size = 0; size < length; size += lines.at(-1)?.length ?? 0)
    lines.push(`${draw.below(60) === 0 ? plant(draw) : logLine(draw)}\n`);
  return lines.join('');
}

describe('streaming', () => {
  it('attack 1, S07: a secret cut between two chunks is found at every split', () => {
    const text = `before ${token} after`;
    const expected = redactText(text, key).text;
    for (let split = 0; split <= text.length; split++) {
      const { output } = run(Buffer.from(text), (piece) => (piece === 0 ? split : text.length));
      expect(output.toString()).toBe(expected);
    }
  });

  it('attack 2: one byte per chunk gives the same verdict and the same bytes', () => {
    const bytes = Buffer.from(
      log(200_000, (draw) => `user ${draw.text('lower', 8)}@corp-mail.com ghp_${draw.text('alnum', 36)}`),
    );
    const once = run(bytes, whole);
    const slowly = run(bytes, () => 1);
    expect(once.result.count).toBeGreaterThan(20);
    expect(slowly.result).toEqual(once.result);
    expect(slowly.output.equals(once.output)).toBe(true);
  });

  it('the verdict is that of the whole text, wherever blocks end', () => {
    const text = log(600_000, (draw) =>
      draw.pick([
        `password=Gk3${draw.text('alnum', 12)}`,
        `ghp_${draw.text('alnum', 36)} é😀`,
        `card 4111 1111 1111 1111`,
      ]),
    );
    const { result, output } = run(Buffer.from(text), (piece) => 1 + ((piece * 7919) % 6000));
    const redacted = redactText(text, key);
    expect(output.toString()).toBe(redacted.text);
    expect(result.findings.map((finding) => finding.offset)).toEqual(
      redacted.findings.map((finding) => finding.offset),
    );
  });

  it('attack 3: a private key over many chunks is withheld until its end and taken out whole', () => {
    const pem = samplePem('RSA ').replace(
      '\n',
      `\n${Array.from({ length: 40 }, (_, line) => drawn(64, 'base64', String(line))).join('\n')}\n`,
    );
    for (const lead of [0, 100_000, 122_000, 127_500, 131_000]) {
      const bytes = Buffer.from(`${'x '.repeat(lead / 2)}${pem}\nafter`);
      const { output } = run(bytes, () => 4096);
      expect(output.toString().slice(lead)).toBe('[REDACTED:secret.private-key]\nafter');
    }
  });

  it('attack 4: a character cut at a chunk edge stays whole and places stay exact', () => {
    const text = `ключ 😀 ${'é'.repeat(70_000)} ${token} 日本`;
    const bytes = Buffer.from(text);
    const { result, output } = run(bytes, () => 1001);
    expect(output.toString()).not.toContain('\ufffd');
    expect(output.toString()).toBe(text.replace(token, '[REDACTED:secret.github-pat]'));
    const [finding] = result.findings;
    const found = bytes.subarray(
      finding?.byteOffset ?? 0,
      (finding?.byteOffset ?? 0) + (finding?.byteLength ?? 0),
    );
    expect(found.toString()).toBe(token);
  });

  it('attack 11: UTF-16 is read as text, with a mark and without, in either order', () => {
    const text = `Login with ${token} and password=Gk3${drawn(12)} now. `.repeat(3);
    for (const isBig of [false, true]) {
      for (const mark of ['', '\ufeff']) {
        const little = Buffer.from(mark + text, 'utf16le');
        const { result, output } = run(isBig ? Buffer.from(little).swap16() : little, () => 7);
        const read = (isBig ? Buffer.from(output).swap16() : output).toString('utf16le');
        expect(read).toBe(mark + redactText(text, key).text);
        expect(result.encoding).toBe(isBig ? 'utf-16be' : 'utf-16le');
      }
    }
  });

  it('attack 25: a secret among binary and NUL bytes is found, and the rest stays as it was', () => {
    const noise = Buffer.from(
      Array.from({ length: 3000 }, (_, index) => (index * 97) % 256).filter(
        (byte) => byte !== 0x1b && byte !== 0x9b,
      ),
    );
    const bytes = Buffer.concat([noise, Buffer.from(` ${token}\0`), noise]);
    const { result, output } = run(bytes, () => 313);
    expect(result.findings.map((finding) => finding.rule)).toContain('secret.github-pat');
    expect(output.includes(token)).toBe(false);
    expect(output.subarray(0, 2000).equals(noise.subarray(0, 2000))).toBe(true);
  });

  it('attack 26: what lies beyond the declared limit is said, not scanned and not given out', () => {
    const bytes = Buffer.from(`${'a b '.repeat(1000)}${token}`);
    const { result, output } = run(bytes, () => 100, { maxBytes: 4000 });
    expect(result).toMatchObject({ overLimit: true, count: 0, bytes: bytes.length });
    expect(output.length).toBe(4000);
    expect(run(bytes, () => 100, { maxBytes: bytes.length }).result.overLimit).toBe(false);
  });

  it('attack 27: no rule depends on lines', () => {
    const text = `${'word '.repeat(60_000)}${token}${' word'.repeat(60_000)}`;
    const { output } = run(Buffer.from(text), () => 65_536);
    expect(output.toString()).toBe(text.replace(token, '[REDACTED:secret.github-pat]'));
  });

  it('attack 31: a flood of findings is counted, replaced and not kept', () => {
    const draw = new Draw('flood');
    const text = Array.from({ length: 20_000 }, () => `${draw.text('lower', 8)}@corp-mail.com`).join(' ');
    const { result, output } = run(Buffer.from(text), () => 9999, { maxFindings: 50 });
    expect(result).toMatchObject({ count: 20_000, truncated: true });
    expect(result.findings).toHaveLength(50);
    expect(output.toString()).not.toContain('corp-mail');
  });

  it('attack 40: a copy of a password in a later block is recognised', () => {
    const password = `Gk3${drawn(14)}`;
    const text = `password=${password}\n${log(300_000, (draw) => logLine(draw))}\nit said ${password} again`;
    expect(run(Buffer.from(text), () => 5000).output.toString()).not.toContain(password);
  });

  it('an empty stream and a stream of one byte have a verdict', () => {
    expect(run(Buffer.alloc(0), whole).result).toMatchObject({ count: 0, overLimit: false });
    expect(run(Buffer.from('x'), whole).output.toString()).toBe('x');
  });
});
