import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../free-port.js';
import { reasonOf } from '../infra-error.js';
import { processFacts } from '../server/process-table.js';
import { tempFolder } from '../testing/temp-folder.js';
import { findNatsServer } from './find-nats-server.js';
import { startNats, type NatsOptions } from './start-nats.js';

const cache = fileURLToPath(new URL('../../../../.countersign/cache', import.meta.url));
let whyNot = '';
const bin = await findNatsServer(cache).catch((thrown: unknown) => {
  whyNot = reasonOf(thrown);
  return '';
});
if (whyNot !== '') console.warn(`the tests with a real nats-server are skipped: ${whyNot}`);

async function options(
  over: Partial<NatsOptions> = {},
): Promise<NatsOptions & { port: number; lines: string[] }> {
  const folder = await tempFolder();
  const port = over.port ?? (await freePort());
  const configFile = join(folder, 'nats.conf');
  await writeFile(configFile, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "./store" }\n`);
  const lines: string[] = [];
  return { bin, configFile, lines, log: (line) => lines.push(line), ...over, port };
}

async function start(given: NatsOptions) {
  const server = await startNats(given);
  onTestFinished(() => server.kill());
  return server;
}

describe.skipIf(bin === '')('starting nats-server', () => {
  it('is ready when it returns, in a process group of its own, with relative paths beside its configuration', async () => {
    const given = await options();

    const server = await start(given);

    expect(() => process.kill(-server.pid, 0)).not.toThrow();
    expect(existsSync(join(given.configFile, '..', 'store'))).toBe(true);
    expect(given.lines.join('\n')).toContain('Server is ready');
  });

  it('stops in order, removes its record, and may be stopped twice', async () => {
    const given = await options();
    const server = await start(given);
    expect(existsSync(`${given.configFile}.pid`)).toBe(true);

    await server.stop();
    await server.stop();

    await server.exited;
    expect(processFacts(server.pid)).toBeUndefined();
    expect(existsSync(`${given.configFile}.pid`)).toBe(false);
  });

  it('reads its configuration again on reload', async () => {
    const given = await options();
    let seen: () => void = () => undefined;
    const again = new Promise<void>((resolve) => (seen = resolve));
    const server = await start({
      ...given,
      log: (line) => (line.includes('Reloaded server configuration') ? seen() : undefined),
    });

    server.reload();

    await again;
  });

  it('fails with the server’s own words and a remedy when the configuration is wrong or the port is taken', async () => {
    const wrong = await options();
    await writeFile(wrong.configFile, 'no_such_setting: true\n');
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    const taken = await options({ port: (holder.address() as AddressInfo).port });

    await expect(startNats(wrong)).rejects.toThrow(
      /ended during start-up.*no_such_setting.*What to do: .*nats\.conf/s,
    );
    await expect(startNats(taken)).rejects.toThrow(/address already in use/);
  });

  it('fails, and leaves nothing running, when the expected port is another one', async () => {
    const given = await options();
    const pids: number[] = [];
    const other = await freePort();

    const started = startNats({
      ...given,
      port: other,
      log: (line) => pids.push(Number(/^\[(\d+)\]/.exec(line)?.[1])),
    });

    await expect(started).rejects.toThrow(`does not accept connections on 127.0.0.1:${other}`);
    expect(processFacts(pids[0] ?? 0)).toBeUndefined();
  });

  it('refuses a second server while the first is in use, and stops one that a crashed starter left', async () => {
    const given = await options();
    const first = await start(given);
    await expect(startNats(given)).rejects.toThrow(`already runs here as process ${first.pid}`);

    await writeFile(`${given.configFile}.pid`, `${first.pid}\n999999999\n`); // as if its starter had been another, gone
    const second = await start(given);

    expect(processFacts(first.pid)).toBeUndefined();
    expect(await readFile(`${given.configFile}.pid`, 'utf8')).toBe(`${second.pid}\n${process.pid}\n`);
  });
});

describe('a nats-server that is not there', () => {
  it('is named, with what to do', async () => {
    const given = await options({ bin: '/nonexistent/nats-server' });

    await expect(startNats(given)).rejects.toThrow(/could not be started: .*ENOENT.*What to do:/s);
  });
});
