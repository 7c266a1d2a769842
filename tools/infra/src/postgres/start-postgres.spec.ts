import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../free-port.js';
import { processFacts } from '../server/process-table.js';
import { tempFolder } from '../testing/temp-folder.js';
import { postgresBinaries } from './postgres-binaries.js';
import { startEphemeralPostgres } from './start-ephemeral-postgres.js';
import { startPostgres, type PostgresOptions } from './start-postgres.js';

const isRoot = process.getuid?.() === 0;
const PASSWORD = 'p@ss/word:#1';
const SLOW = { timeout: 60_000 };

async function options(over: Partial<PostgresOptions> = {}): Promise<PostgresOptions> {
  return { dataDir: join(await tempFolder(), 'data'), port: await freePort(), durable: false, ...over };
}

async function start(given: PostgresOptions) {
  const server = await startPostgres(given);
  onTestFinished(() => server.kill());
  return server;
}

/** Sets POSTGRES_BIN_DIR until the end of the current test. */
function useBinaries(folder: string): void {
  const previous = process.env['POSTGRES_BIN_DIR'];
  process.env['POSTGRES_BIN_DIR'] = folder;
  onTestFinished(() => {
    if (previous === undefined) delete process.env['POSTGRES_BIN_DIR'];
    else process.env['POSTGRES_BIN_DIR'] = previous;
  });
}

/** Runs one statement over a connection of its own; returns its first value. */
async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a server killed under the connection is part of these tests
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows[0] === undefined ? undefined : Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

describe('starting PostgreSQL', () => {
  it(
    'answers as the superuser in its own database, and keeps its data over kill -9 with a client connected',
    SLOW,
    async () => {
      const given = await options({ durable: true, password: PASSWORD });
      const first = await start(given);
      await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS value');
      expect(await ask(first.url, "SELECT current_user || '@' || current_database()")).toBe(
        'countersign_admin@countersign',
      );
      const open = new pg.Client({ connectionString: first.url });
      const dropped = new Promise((resolve) => open.on('error', resolve));
      await open.connect();

      await first.kill();
      const second = await start(given);
      await dropped;

      expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
      expect(second.pid).not.toBe(first.pid);
      expect(await ask(second.url, 'SELECT value FROM kept')).toBe(42);
    },
  );

  it('has the promised settings when durable', SLOW, async () => {
    const { url } = await start(await options({ durable: true }));
    const setting = (name: string) => ask(url, `SHOW ${name}`);

    expect(await setting('fsync')).toBe('on');
    expect(await setting('full_page_writes')).toBe('on');
    expect(await setting('synchronous_commit')).toBe('on');
    expect(await setting('listen_addresses')).toBe('127.0.0.1');
    expect(await setting('unix_socket_directories')).toBe('');
    expect(await setting('max_connections')).toBe('200');
    expect(await setting('shared_buffers')).toBe('128MB');
  });

  it(
    'refuses a wrong and a missing password, and keeps the password out of its folder and its log',
    SLOW,
    async () => {
      const lines: string[] = [];
      const given = await options({ password: PASSWORD, log: (line) => lines.push(line) });
      const { url, port } = { ...(await start(given)), port: given.port };

      await expect(ask(url.replace(encodeURIComponent(PASSWORD), 'wrong'), 'SELECT 1')).rejects.toThrow(
        /password authentication failed/,
      );
      await expect(
        ask(`postgres://countersign_admin@127.0.0.1:${port}/countersign`, 'SELECT 1'),
      ).rejects.toThrow(/password/);
      await expect(ask(url, `ALTER ROLE nobody_here PASSWORD '${PASSWORD}'`)).rejects.toThrow(
        /does not exist/,
      );

      expect(lines.join('\n')).not.toContain(PASSWORD);
      expect(existsSync(`${given.dataDir}.initialising`)).toBe(false);
    },
  );

  it('refuses to pretend a password protects a cluster that trusts everybody', SLOW, async () => {
    const given = await options();
    await (await start(given)).stop();

    await expect(startPostgres({ ...given, password: PASSWORD })).rejects.toThrow(
      /accepts everybody\nWhat to do:/,
    );
  });

  it('stops a server that a crashed starter left, and refuses one that is in use', SLOW, async () => {
    const given = await options();
    const first = await start(given);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS value');
    await expect(startPostgres(given)).rejects.toThrow(`already runs here as process ${first.pid}`);

    await writeFile(join(given.dataDir, 'countersign.pid'), `${first.pid}\n999999999\n`);
    const second = await start(given);

    expect(processFacts(first.pid)).toBeUndefined();
    expect(await ask(second.url, 'SELECT value FROM kept')).toBe(7);
  });

  it('does not touch a folder that holds something else', async () => {
    const given = await options();
    await mkdir(given.dataDir);
    await writeFile(join(given.dataDir, 'thesis.txt'), 'mine');

    await expect(startPostgres(given)).rejects.toThrow(/neither empty nor a PostgreSQL data folder/);

    expect(await readFile(join(given.dataDir, 'thesis.txt'), 'utf8')).toBe('mine');
  });

  it('fails with a remedy when its programs are not there', async () => {
    useBinaries(await tempFolder());

    await expect(startPostgres(await options())).rejects.toThrow(/initdb failed: .*ENOENT.*What to do:/s);
  });

  it.skipIf(!isRoot)(
    'as root, keeps its data where its account can reach it, and finds it again',
    SLOW,
    async () => {
      const home = await tempFolder(0o700);
      const given = await options({ dataDir: join(home, 'data') });
      const first = await start(given);
      onTestFinished(() => rm(dirname(first.dataDir), { recursive: true, force: true }));
      await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS value');
      await first.stop();

      const second = await start(given);

      expect(first.dataDir).toMatch(/^\/var\/tmp\/countersign-data-[0-9a-f]{16}\/data$/);
      expect((await stat(dirname(first.dataDir))).mode & 0o777).toBe(0o700);
      expect(await readFile(`${given.dataDir}.path`, 'utf8')).toBe(`${first.dataDir}\n`);
      expect(second.dataDir).toBe(first.dataDir);
      expect(await ask(second.url, 'SELECT value FROM kept')).toBe(1);
    },
  );

  it.skipIf(!isRoot)(
    'as root, runs a copy of its programs where its account cannot reach them',
    SLOW,
    async () => {
      const home = await tempFolder(0o700);
      const { postgres } = await postgresBinaries(undefined);
      const installation = join(home, 'native');
      await cp(dirname(dirname(postgres)), installation, { recursive: true, verbatimSymlinks: true });
      useBinaries(join(installation, 'bin'));

      const { url, process: child } = await start(await options());
      const copy = dirname(dirname(child.spawnfile));
      onTestFinished(() => rm(copy, { recursive: true, force: true }));

      expect(copy).toMatch(/^\/var\/tmp\/countersign-postgres-[0-9a-f]{16}$/);
      expect(await ask(url, 'SELECT 1')).toBe(1);
    },
  );

  it.skipIf(!isRoot)('as root, does not begin anew silently when the noted folder is gone', async () => {
    const home = await tempFolder(0o700);
    await writeFile(join(home, 'data.path'), '/var/tmp/countersign-data-gone/data\n');

    await expect(startPostgres(await options({ dataDir: join(home, 'data') }))).rejects.toThrow(
      /is gone\nWhat to do: restore/,
    );
  });
});

describe('a throw-away PostgreSQL', () => {
  it('does not sync, is separate from another one, and leaves no folder behind', SLOW, async () => {
    const [one, other] = await Promise.all([
      startEphemeralPostgres(),
      startEphemeralPostgres({ password: PASSWORD }),
    ]);
    onTestFinished(() => Promise.all([one.stop(), other.stop()]).then(() => undefined));

    expect(await ask(one.url, 'SHOW fsync')).toBe('off');
    expect(await ask(one.url, 'SHOW synchronous_commit')).toBe('on');
    expect(await ask(other.url, 'SELECT 1')).toBe(1);
    expect(one.url).not.toBe(other.url);
    await Promise.all([one.stop(), other.stop()]);

    expect(existsSync(one.dataDir)).toBe(false);
    expect(existsSync(dirname(other.dataDir))).toBe(false);
  });

  it('is swept up by the next one when its starter was killed', SLOW, async () => {
    const abandoned = await startEphemeralPostgres();
    onTestFinished(() => abandoned.stop());
    await writeFile(join(abandoned.dataDir, 'countersign.pid'), `${abandoned.pid}\n999999999\n`);

    const next = await startEphemeralPostgres();
    onTestFinished(() => next.stop());

    expect(processFacts(abandoned.pid)).toBeUndefined();
    expect(existsSync(dirname(abandoned.dataDir))).toBe(false);
    expect(await ask(next.url, 'SELECT 1')).toBe(1);
  });
});
