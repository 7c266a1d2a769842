import { ScanPool, usualPool, type ScanPoolOptions } from '@countersign/output-scanner';
import type { Result } from '@countersign/contracts';
import type { Settlement } from '@countersign/messaging';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { Hostile, HOSTILE_THREAD } from './support/hostile-thread.js';
import { aKey, aResult, ScannerBench, sent } from './support/scanner-bench.js';

/** Large enough for a thread. */
const LARGE = 400 * 1024;
const NEIGHBOURS = 20;
const PATIENTLY = { timeout: 30_000, interval: 20 };
/** Long enough for a test to look around while a scan is under way. */
const AMPLE = { cpuMsPerMiB: 600_000, leastCpuMs: 600_000 };
const SHORT = { cpuMsPerMiB: 200, leastCpuMs: 200 };

let servers: TestServers;
let scanner: ScannerBench;
let pool: ScanPool;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers?.stop());

const open = async (over: Partial<ScanPoolOptions> = {}): Promise<void> => {
  pool = new ScanPool({ ...usualPool(), threads: 1, ...over });
  scanner = await ScannerBench.open(servers, pool);
  await scanner.clear();
};
afterEach(async () => {
  await pool?.close();
  await scanner?.rig.close();
});

const large = (text: string): Result => aResult({ output: { text: `${text}${' x'.repeat(LARGE / 2)}` } });
const reasonOf = async (result: Result) => (await scanner.verdictsOf(result.job_id))[0]?.reason_code;

/** Gives results until they have their verdicts, as the broker does: what is to come again alone. */
async function scanUntilTold(...results: Result[]): Promise<void> {
  let deliveries = results.map((result) => sent(result));
  await vi.waitFor(async () => {
    const settlements = await scanner.scan(...deliveries);
    deliveries = deliveries.filter((_, at) => settlements[at]?.kind !== 'ack');
    expect(deliveries).toHaveLength(0);
  }, PATIENTLY);
}

describe('a result that takes long to scan', () => {
  beforeEach(() => open({ script: HOSTILE_THREAD, budget: AMPLE }));

  it('holds up none of its neighbours: they have their verdicts while it is still in its thread (S01, attack 39)', async () => {
    const hostile = large(Hostile.Spin);
    const neighbours = Array.from({ length: NEIGHBOURS }, () => aResult());
    const settlements = await scanner.scan(...[hostile, ...neighbours].map((result) => sent(result)));
    expect(pool.pending).toBe(1);
    for (const { job_id } of neighbours)
      expect(await scanner.verdictsOf(job_id)).toMatchObject([{ kind: 'clean' }]);
    expect(await scanner.verdictsOf(hostile.job_id)).toEqual([]);
    expect(settlements.map(({ kind }: Settlement) => kind)).toEqual([
      'retry',
      ...neighbours.map(() => 'ack'),
    ]);
    // Nor those of the next batch.
    const later = aResult();
    await scanner.scan(sent(later));
    expect(await scanner.verdictsOf(later.job_id)).toHaveLength(1);
    expect(pool.pending).toBe(1);
  });

  it('is scanned once, however often its message comes meanwhile', async () => {
    const delivery = sent(large(Hostile.Spin));
    for (let i = 0; i < 3; i++) expect(await scanner.scan(delivery)).toMatchObject([{ kind: 'retry' }]);
    expect(pool.pending).toBe(1);
  });
});

describe('a large result', () => {
  beforeEach(() => open());

  it('is scanned in a thread, and its secret taken out (O1)', async () => {
    const secret = aKey();
    const result = large(`key ${secret} `);
    await scanUntilTold(result);
    const [verdict] = await scanner.verdictsOf(result.job_id);
    expect(verdict).toMatchObject({ kind: 'redacted', status: 'succeeded' });
    expect(verdict?.output).not.toContain(secret);
  });

  it.each([
    ['e-mail signs (S01)', 'a@a.a'],
    ['keywords', 'curl -u a:'],
    ['blanks after a keyword', `password${' '.repeat(1000)}`],
    ['opened keys', '-----BEGIN PRIVATE KEY-----\n'],
    ['encoded runs', 'YWFhYWFhYWFhYWFhYWFhYWFh'],
  ])('of %s beside small ones: all have their verdicts', async (_what, shape) => {
    const hostile = aResult({ output: shape.repeat(Math.ceil(LARGE / shape.length)).slice(0, LARGE) });
    const neighbours = Array.from({ length: NEIGHBOURS }, () => aResult());
    await scanUntilTold(hostile, ...neighbours);
    for (const { job_id } of [hostile, ...neighbours])
      expect(await scanner.verdictsOf(job_id)).toHaveLength(1);
  });
});

describe('a scan that goes wrong', () => {
  beforeEach(() => open({ script: HOSTILE_THREAD, budget: SHORT, memoryMiB: 64 }));

  it.each([
    ['takes more than its CPU time', Hostile.Spin, 'scanner_timeout'],
    ['waits for ever', Hostile.Hang, 'scanner_timeout'],
    ['ends its thread', Hostile.Exit, 'scanner_error'],
    ['throws', Hostile.Throw, 'scanner_error'],
  ])(
    'because it %s has its result kept back, and the next one a new thread (S03, attack 39)',
    async (_how, what, reason) => {
      const [hostile, next] = [large(what), large('')];
      await scanUntilTold(hostile, next);
      expect(await scanner.verdictsOf(hostile.job_id)).toMatchObject([
        { kind: 'quarantined', output: null, released: null, error: null, reason_code: reason },
      ]);
      expect(await scanner.heldOf(hostile.job_id)).toHaveLength(1);
      expect(await scanner.verdictsOf(next.job_id)).toMatchObject([{ kind: 'clean' }]);
    },
  );

  it('because no thread starts keeps everything back that needs one', async () => {
    await pool.close();
    await scanner.rig.close();
    await open({ script: new URL('data:text/javascript,process.exit(1)') });
    const result = large('');
    await scanUntilTold(result);
    expect(await reasonOf(result)).toBe('scanner_error');
  });
});

describe('a scan that takes all memory', () => {
  it('ends its thread and not the service: its result is kept back (attack 39)', async () => {
    await open({ script: HOSTILE_THREAD, budget: AMPLE, memoryMiB: 64 });
    const [hostile, next] = [large(Hostile.Memory), large('')];
    await scanUntilTold(hostile, next);
    expect(await reasonOf(hostile)).toBe('scanner_error');
    expect(await scanner.verdictsOf(next.job_id)).toMatchObject([{ kind: 'clean' }]);
  });
});

describe('a scanner that stops', () => {
  it('judges nothing that it has not scanned: it comes again', async () => {
    await open({ script: HOSTILE_THREAD, budget: AMPLE });
    const hostile = large(Hostile.Hang);
    const delivery = sent(hostile);
    await scanner.scan(delivery);
    await pool.close();
    expect(await scanner.scan(delivery)).toMatchObject([{ kind: 'retry' }]);
    expect(await scanner.verdictsOf(hostile.job_id)).toEqual([]);
  });
});
