import { createHash } from 'node:crypto';

/** Random choices that are the same in every run. */
class Draw {
  private block = Buffer.alloc(0);
  private used = 0;
  private blocks = 0;

  constructor(private readonly seed: string) {}

  below(below: number): number {
    if (this.used + 4 > this.block.length) {
      this.block = createHash('sha512').update(`${this.seed}:${this.blocks++}`).digest();
      this.used = 0;
    }
    const value = this.block.readUInt32LE(this.used);
    this.used += 4;
    return value % below;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  text(characters: string, length: number): string {
    let out = '';
    while (out.length < length) out += characters.charAt(this.below(characters.length));
    return out;
  }

  uuid(): string {
    return [8, 4, 4, 4, 12].map((length) => this.text('0123456789abcdef', length)).join('-');
  }
}

const alnum = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const hex = '0123456789abcdef';

/** One string in one piece, as it comes out of a decoder. */
const flat = (text: string): string => Buffer.from(text).toString('utf8');

function line(draw: Draw): string {
  const stamp = `2026-03-${String(1 + draw.below(28)).padStart(2, '0')}T10:${String(draw.below(60)).padStart(2, '0')}:56.${draw.text('0123456789', 3)}Z`;
  const service = draw.pick(['gateway', 'payments', 'report-runner', 'ingest-worker']);
  return draw.pick([
    `${stamp} INFO [${service}] request completed method=GET path=/v1/items/${draw.below(9999)} status=200 duration=${draw.below(900)}ms`,
    `${stamp} DEBUG [${service}] cache hit key=item:${draw.uuid()}`,
    `${stamp} INFO [${service}] checked out commit ${draw.text(hex, 40)}`,
    `${stamp} WARN [${service}] retrying batch ${draw.below(999)} after ${draw.below(5000)}ms`,
    `${stamp} INFO [${service}] pulled image registry.internal.test/app@sha256:${draw.text(hex, 64)}`,
    `    at Module._compile (node:internal/modules/cjs/loader:${draw.below(2000)}:14)`,
    `npm info run esbuild@0.${draw.below(30)}.${draw.below(12)} postinstall node_modules/esbuild node install.js`,
  ]);
}

function planted(draw: Draw): string {
  return draw.pick([
    `login of jo.smith${draw.below(999)}@corp-mail.com failed`,
    `loaded config SMTP_PASSWORD=Gk3${draw.text(alnum, 12)}`,
    `token ${['ghp', draw.text(alnum, 36)].join('_')} accepted`,
  ]);
}

/** A log of a length, with a secret or an address in so many of a thousand lines. */
export function logText(length: number, perThousand: number, seed = 'log'): string {
  const draw = new Draw(seed);
  const lines: string[] = [];
  for (let size = 0; size < length; size += (lines.at(-1)?.length ?? 0) + 1)
    lines.push(draw.below(1000) < perThousand ? planted(draw) : line(draw));
  return flat(lines.join('\n').slice(0, length));
}

/** A log that is mostly times, counts and sizes: nothing sensitive, and a number every dozen characters. */
export function digitLogText(length: number): string {
  const draw = new Draw('digits');
  const lines: string[] = [];
  for (let size = 0; size < length; size += (lines.at(-1)?.length ?? 0) + 1)
    lines.push(
      `2026-03-08 10:${10 + draw.below(50)}:${10 + draw.below(50)}.${100 + draw.below(900)} [${draw.below(999)}] ` +
        `id=${draw.below(1e9)} dur=${draw.below(999)}ms rows ${draw.below(1e5)} ${draw.below(1e4)}.${draw.below(1e3)} ` +
        `ts=${1_773_418_562_000 + draw.below(1e9)}`,
    );
  return flat(lines.join('\n').slice(0, length));
}

/** Results of agents as JSON of about a kilobyte, one in ten with something planted. */
export function jsonResults(count: number): string[] {
  const draw = new Draw('json');
  return Array.from({ length: count }, (_, index) => {
    const rows = Array.from({ length: 6 }, (_row, id) => ({
      id: draw.below(99_999),
      name: `item ${id}`,
      updated_at: '2026-03-08T10:44:56.209Z',
      url: `https://api.internal.test/v1/items/${id}`,
      tags: ['alpha', 'beta'],
    }));
    const note = index % 10 === 0 ? planted(draw) : 'finished as planned';
    return flat(
      JSON.stringify({
        job: `run_${draw.text(hex, 12)}`,
        status: 'succeeded',
        result: { commit: draw.text(hex, 40), note, rows },
      }).slice(0, 1024),
    );
  });
}

/** Shapes that make careless scanners slow; their time at four times the length is put in relation. */
export const hostileShapes: readonly string[] = [
  'a',
  'a@a.a',
  'a@',
  '@',
  'a.a.a.',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  'PuTTY-User-Key-File-2: ',
  '1-1-1-',
  '1',
  '4111-',
  '4111 1111 1111 1111 ',
  '1.1.1.1.',
  'ab:cd:',
  ':',
  '=',
  'pwd=',
  'pwd="',
  'password ',
  `password${' '.repeat(1000)}`,
  'token=token:',
  'eyJ',
  'eyJ.',
  '://a:',
  'https://aaaa@',
  '+1 ',
  '+12025550123 ',
  'ghp_',
  'ghp_\n',
  'xoxb-ghp_',
  'glpat-',
  'curl -u a:',
  'ssn ',
  'bc1q',
  '[REDACTED:',
  '\\u0061',
  '%61',
  '&#97;',
  '"a" + ',
  '<script>',
  '](https://a/?',
  'YWFhYWFhYWFhYWFhYWFhYWFh',
];
