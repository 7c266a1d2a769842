import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { validate } from '@countersign/contracts';
import type { BusLog } from '@countersign/messaging';

/** A result that is to be published until it is recorded. */
export const ResultRecord = Type.Object({
  lease_id: Type.String(),
  epoch: Type.Integer(),
  job_id: Type.String(),
  attempt: Type.Integer(),
  subject: Type.String(),
  id: Type.String(),
  causation_id: Type.String(),
  traceparent: Type.Union([Type.String(), Type.Null()]),
  time: Type.String(),
  body: Type.String(),
});
export type ResultRecord = Static<typeof ResultRecord>;

const Line = Type.Union([
  Type.Object({ put: ResultRecord }),
  Type.Object({ forget: Type.Array(Type.String()) }),
]);

/** The file is written anew when it is larger than this and most of it is forgotten, in bytes. */
const COMPACT_AT_BYTES = 16 * 1024 * 1024;

/**
 * Keeps results on disk: one file that is appended to, one write and one fsync for however many results came while the
 * last fsync ran. A line counts when it is whole, so a torn one is as if never written. Results are not scanned yet,
 * so only the owner may read the file.
 */
export class ResultJournal {
  private readonly live = new Map<string, string>();
  private liveBytes = 0;
  private fileBytes = 0;
  private last: Promise<unknown> = Promise.resolve();
  private torn = false;

  private constructor(
    private readonly directory: string,
    private handle: FileHandle,
    private readonly log: BusLog,
  ) {}

  /** Opens the journal of a directory (made if absent) and gives the results that are not forgotten, oldest first. */
  static async open(
    directory: string,
    log: BusLog,
  ): Promise<{ readonly journal: ResultJournal; readonly leftover: readonly ResultRecord[] }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const leftover = await readRecords(pathOf(directory), log);
    const journal = new ResultJournal(directory, await rewritten(directory, [...leftover.values()]), log);
    for (const record of leftover.values()) journal.keep(record);
    journal.fileBytes = journal.liveBytes;
    return { journal, leftover: [...leftover.values()] };
  }

  /** Resolves when the records are on disk. Throws when they could not be written. */
  put(records: readonly ResultRecord[]): Promise<void> {
    return this.inTurn(async () => {
      const text = records.map((record) => this.keep(record)).join('');
      await this.append(text);
      await this.handle.datasync();
    });
  }

  /** Forgets recorded results. Not synced: one that comes back is sent again and answered again. */
  forget(leaseIds: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      for (const id of leaseIds) {
        this.liveBytes -= Buffer.byteLength(this.live.get(id) ?? '');
        this.live.delete(id);
      }
      await this.append(`${JSON.stringify({ forget: leaseIds })}\n`);
      if (this.fileBytes > COMPACT_AT_BYTES && this.liveBytes < this.fileBytes / 2) await this.compact();
    });
  }

  async close(): Promise<void> {
    await this.inTurn(async () => {
      if (this.live.size === 0) await this.handle.truncate();
      await this.handle.close();
    });
  }

  private keep(record: ResultRecord): string {
    const line = `${JSON.stringify({ put: record })}\n`;
    this.live.set(record.lease_id, line);
    this.liveBytes += Buffer.byteLength(line);
    return line;
  }

  private async append(text: string): Promise<void> {
    const whole = this.torn ? `\n${text}` : text;
    this.torn = true;
    await this.handle.appendFile(whole);
    this.torn = false;
    this.fileBytes += Buffer.byteLength(whole);
  }

  private async compact(): Promise<void> {
    const lines = [...this.live.values()];
    const old = this.handle;
    this.handle = await rewrittenLines(this.directory, lines);
    this.fileBytes = this.liveBytes;
    await old.close();
    this.log.info('the result journal was compacted', { live: lines.length });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

const pathOf = (directory: string) => join(directory, 'results.jsonl');

async function readRecords(path: string, log: BusLog): Promise<Map<string, ResultRecord>> {
  const records = new Map<string, ResultRecord>();
  for (const text of (await textOf(path)).split('\n')) {
    if (text === '') continue;
    const line = parseLine(text);
    if (!line) log.warn('a line of the result journal is torn and was left out');
    else if ('put' in line) records.set(line.put.lease_id, line.put);
    else for (const id of line.forget) records.delete(id);
  }
  return records;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseLine(text: string): Static<typeof Line> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const checked = validate(Line, value);
  return checked.ok ? checked.value : undefined;
}

const rewritten = (directory: string, records: readonly ResultRecord[]) =>
  rewrittenLines(
    directory,
    records.map((record) => `${JSON.stringify({ put: record })}\n`),
  );

/** Replaces the file as a whole: readers find the old one or the new one, also after a power cut. */
async function rewrittenLines(directory: string, lines: readonly string[]): Promise<FileHandle> {
  const fresh = `${pathOf(directory)}.new`;
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(lines.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, pathOf(directory));
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return open(pathOf(directory), 'a', 0o600);
}
