import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { startGateway, type TestGateway } from '../../testing/gateway-fixture.js';
import { ReplaySummary } from './replay-summary.js';
import { sendLines } from './send-lines.js';

const REPLAY = Subjects.queryPolicyReplay.template;
const change = (before: string, rule: string | undefined, after: string) => ({
  job_id: 'j',
  before: { type: before, rule_ids: ['old'] },
  after: { type: after, rule_ids: rule === undefined ? [] : [rule] },
});
const page = (changed: readonly object[], next: string | null = null) => ({
  ok: true,
  candidate: 'sha256:c',
  decided: 10,
  changed,
  next,
});

describe('POST /api/v1/policy/replay', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());
  const replay = async (body: object = {}) => {
    const reply = await gateway.call('POST', '/api/v1/policy/replay', { body });
    const lines = reply.text.trim().split('\n');
    return { ...reply, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };

  it('goes from page to page and counts at the end', async () => {
    const pages = [
      page([change('ALLOW', 'new', 'DENY')], 'cursor'),
      page([change('ALLOW', undefined, 'DENY')]),
    ];
    gateway.bus.answer(REPLAY, () => pages.shift());
    const { lines, headers } = await replay();
    expect(headers['content-type']).toContain('application/x-ndjson');
    expect(lines).toMatchObject([
      { candidate: 'sha256:c' },
      { changed: { job_id: 'j' } },
      { changed: { job_id: 'j' } },
      { summary: { decided: 20, changed: 2, by_type: [{ before: 'ALLOW', after: 'DENY', count: 2 }] } },
    ]);
    expect(gateway.bus.asked.map(({ question }) => question['after'])).toEqual([undefined, 'cursor']);
  });

  it('is refused as a problem where nothing was sent yet', async () => {
    gateway.bus.answer(REPLAY, () => ({ ok: false, code: 'invalid_policy', problems: [{ line: 3 }] }));
    const reply = await replay({ files: [{ file: 'a.yaml', text: '' }] });
    expect([reply.status, reply.json.code, reply.json['problems']]).toEqual([
      422,
      'invalid_policy',
      [{ line: 3 }],
    ]);
  });

  it('ends with an error, and without a summary, where something was', async () => {
    const pages = [page([], 'cursor'), { ok: false, code: 'unavailable' }];
    gateway.bus.answer(REPLAY, () => pages.shift());
    const { lines } = await replay();
    expect(lines.at(-1)).toMatchObject({ error: { code: 'unavailable', status: 503 } });
    expect(JSON.stringify(lines)).not.toContain('summary');
  });

  it.each([[{ rules: [] }], [{ files: [] }], [{ snapshot: 'x' }], [{ from: 'yesterday' }]])(
    'of %j is refused',
    async (body) => {
      expect((await gateway.call('POST', '/api/v1/policy/replay', { body })).status).toBe(400);
      expect(gateway.bus.asked).toEqual([]);
    },
  );
});

describe('lines that are sent', () => {
  async function* endless(made: { count: number; ended: boolean }): AsyncGenerator<object, void> {
    try {
      for (;;) {
        made.count += 1;
        yield await Promise.resolve({ line: 'x'.repeat(1_000) });
      }
    } finally {
      made.ended = true;
    }
  }

  it('wait for who reads them, and are no more made when nobody does', async () => {
    const made = { count: 0, ended: false };
    const lines = endless(made);
    const to = new PassThrough({ highWaterMark: 4_000 });
    const sent = sendLines(to, await lines.next(), lines, () => ({ error: 1 }));
    to.once('readable', () => to.destroy());
    await sent;
    expect(made.ended).toBe(true);
    expect(made.count).toBeLessThan(50);
  });
});

describe('the counts of a replay', () => {
  it('are by what changed into what and by the rules that decide', () => {
    const summary = new ReplaySummary();
    summary.add(5, [change('ALLOW', 'a', 'DENY'), change('ALLOW', 'a', 'THROTTLE')]);
    summary.add(5, [change('DENY', undefined, 'DENY')]);
    expect(summary.counts).toEqual({
      decided: 10,
      changed: 3,
      by_type: [
        { before: 'ALLOW', after: 'DENY', count: 1 },
        { before: 'ALLOW', after: 'THROTTLE', count: 1 },
        { before: 'DENY', after: 'DENY', count: 1 },
      ],
      by_rule: [
        { rule_id: 'old', before: 3, after: 0 },
        { rule_id: 'a', before: 0, after: 2 },
        { rule_id: null, before: 0, after: 1 },
      ],
    });
  });
});
