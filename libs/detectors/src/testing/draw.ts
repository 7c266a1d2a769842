import { createHash } from 'node:crypto';

/** Characters of the classes that formats name, see `token-format.ts`. */
const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const characters: Readonly<Record<string, string>> = {
  digit: digits,
  realdigits: digits,
  hex: digits + 'abcdef',
  HEX: digits + 'ABCDEF',
  anyhex: digits + 'abcdef',
  lower: letters,
  upper: letters.toUpperCase(),
  alpha: letters + letters.toUpperCase(),
  lownum: letters + digits,
  upnum: letters.toUpperCase() + digits,
  base32: letters.toUpperCase() + '234567',
  alnum: letters + letters.toUpperCase() + digits,
  word: letters + letters.toUpperCase() + digits + '_',
  token: letters + letters.toUpperCase() + digits + '_-',
  dotted: letters + letters.toUpperCase() + digits + '_-',
  base64: letters + letters.toUpperCase() + digits + '+/',
  base64url: letters + letters.toUpperCase() + digits + '_-',
  padding: '=',
};

/** Random choices that are the same for the same seed, so that a failing test can be run again. */
export class Draw {
  private block = Buffer.alloc(0);
  private used = 0;
  private blocks = 0;

  constructor(private readonly seed: string) {}

  /** A whole number from 0 to `below` less one. */
  below(below: number): number {
    if (this.used + 4 > this.block.length) {
      this.block = createHash('sha512').update(`${this.seed}:${this.blocks++}`).digest();
      this.used = 0;
    }
    const value = this.block.readUInt32LE(this.used);
    this.used += 4;
    return value % below;
  }

  /** One of some values. */
  pick<T>(from: readonly T[]): T {
    const value = from[this.below(from.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  /** Characters of a class. */
  text(name: string, length: number): string {
    const from = characters[name];
    if (from === undefined) throw new Error(`no characters called ${name}`);
    let out = '';
    while (out.length < length) out += from.charAt(this.below(from.length));
    return out;
  }

  /** A random UUID. */
  uuid(): string {
    return [8, 4, 4, 4, 12].map((length) => this.text('hex', length)).join('-');
  }
}
