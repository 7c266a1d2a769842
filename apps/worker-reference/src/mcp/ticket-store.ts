import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { parseText, validate } from '@countersign/contracts';
import { CodedError, newUlid } from '@countersign/kernel';

const TICKET_ID = '^T-[1-9][0-9]{0,8}$';

/** One ticket, as its file holds it. */
export const Ticket = Type.Object(
  {
    ticket: Type.String({ pattern: TICKET_ID }),
    title: Type.String({ maxLength: 256 }),
    status: Type.Union([Type.Literal('open'), Type.Literal('in_progress'), Type.Literal('closed')]),
    notes: Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 100 }),
    updated_at: Type.String(),
    /** The job that wrote last, or null. */
    updated_by: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Ticket = Static<typeof Ticket>;

/** What an update may change. A note is added to those there are. */
export interface TicketChange {
  readonly status?: Ticket['status'];
  readonly title?: string;
  readonly note?: string;
}

const SEEDS = ['Printer on the third floor is offline', 'Rotate the staging certificates'];

/** Tickets as files, `T-1.json` and so on, each replaced as a whole. One process writes a directory. */
export class TicketStore {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly directory: string) {}

  /** Opens a directory, made if absent. One without tickets gets two. */
  static async open(directory: string, now = new Date()): Promise<TicketStore> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const store = new TicketStore(directory);
    if ((await store.list()).length === 0)
      for (const [i, title] of SEEDS.entries())
        await store.write({
          ticket: `T-${i + 1}`,
          title,
          status: 'open',
          notes: [],
          updated_at: now.toISOString(),
          updated_by: null,
        });
    return store;
  }

  /** The ids of all tickets, in their order. */
  async list(): Promise<string[]> {
    return (await readdir(this.directory))
      .flatMap((name) => /^(T-[1-9][0-9]{0,8})\.json$/.exec(name)?.[1] ?? [])
      .sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
  }

  /** A ticket. Throws a {@link CodedError}: `ticket_not_found`, `ticket_damaged`. */
  async get(id: string): Promise<Ticket> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.pathOf(id));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new CodedError('ticket_not_found', 'there is no such ticket', { cause });
    }
    const parsed = parseText(bytes);
    const checked = parsed.ok ? validate(Ticket, parsed.value) : parsed;
    if (!checked.ok) throw new CodedError('ticket_damaged', 'the file of the ticket is damaged');
    return checked.value;
  }

  /** Changes a ticket. `beforeWrite` is called once it is certain that there is something to write. */
  update(
    id: string,
    change: TicketChange,
    by: { readonly jobId: string; readonly now: Date; readonly beforeWrite: () => void },
  ): Promise<Ticket> {
    return this.inTurn(async () => {
      const old = await this.get(id);
      const checked = validate(Ticket, {
        ...old,
        ...(change.status === undefined ? {} : { status: change.status }),
        ...(change.title === undefined ? {} : { title: change.title }),
        notes: change.note === undefined ? old.notes : [...old.notes, change.note],
        updated_at: by.now.toISOString(),
        updated_by: by.jobId,
      });
      if (!checked.ok) throw new CodedError('invalid_params', checked.problem.message);
      by.beforeWrite();
      await this.write(checked.value);
      return checked.value;
    });
  }

  private async write(ticket: Ticket): Promise<void> {
    const path = this.pathOf(ticket.ticket);
    const fresh = `${path}.${newUlid()}.new`;
    try {
      const handle = await open(fresh, 'wx', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(ticket, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  private pathOf(id: string): string {
    if (!new RegExp(TICKET_ID).test(id))
      throw new CodedError('invalid_params', 'a ticket id is T- and a number');
    return join(this.directory, `${id}.json`);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
