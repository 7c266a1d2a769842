import type { Row, Stored } from './frame.js';
import type { Schema, TableSchema, Unique } from './schema.js';
import { keyOf, type Transaction } from './transaction.js';

/** The committed rows of a table. */
export class Table {
  readonly rows = new Map<number, Stored>();
  private readonly indexes: ReadonlyMap<number, Map<string, number>>;

  constructor(readonly schema: TableSchema) {
    this.indexes = new Map(schema.unique.map((unique) => [unique.id, new Map<string, number>()]));
  }

  find(unique: Unique, key: string): number | undefined {
    return this.indexes.get(unique.id)?.get(key);
  }

  /** Takes over what a transaction changed. */
  apply(changes: ReadonlyMap<number, Row | null>): void {
    for (const [id, row] of changes) {
      const before = this.rows.get(id);
      if (before) this.index(before.row, undefined);
      if (row === null) this.rows.delete(id);
      else this.rows.set(id, { id, row });
    }
    for (const [id, row] of changes) if (row !== null) this.index(row, id);
  }

  private index(row: Row, id: number | undefined): void {
    for (const unique of this.schema.unique) {
      const key = keyOf(unique, row);
      if (key === undefined) continue;
      if (id === undefined) this.indexes.get(unique.id)?.delete(key);
      else this.indexes.get(unique.id)?.set(key, id);
    }
  }
}

/** What became of a table's rows in one commit. */
export type Commit = ReadonlyMap<Table, ReadonlyMap<number, Row | null>>;

/** What a transaction did, as somebody else can do it again. */
export type Recorded =
  | {
      readonly is: 'statement';
      readonly transaction: Transaction;
      readonly atMs: number;
      readonly text: string;
      readonly params: readonly unknown[];
      /** Its rows, or the SQLSTATE of its error. */
      readonly result: readonly Row[] | string;
    }
  | { readonly is: 'commit' | 'rollback'; readonly transaction: Transaction };

/** What a store takes from the world around it. */
export interface StoreOptions {
  readonly clockMs: () => number;
  /** Brings rows into the order in which a scan finds them: none is promised. @default as they were inserted */
  readonly arrange?: (rows: Stored[]) => Stored[];
  readonly committed?: (changes: Commit) => void;
  readonly record?: (recorded: Recorded) => void;
}

/** The rows of one service's database, and the locks on them. */
export class Store {
  readonly clockMs: () => number;
  readonly arrange: (rows: Stored[]) => Stored[];
  private readonly tables = new Map<string, Table>();
  private readonly locks = new Map<number | string, Transaction>();
  private readonly advisory = new Map<string, Map<Transaction, boolean>>();
  private ids = 0;

  constructor(
    readonly schema: Schema,
    private readonly options: StoreOptions,
  ) {
    this.clockMs = options.clockMs;
    this.arrange = options.arrange ?? ((rows) => rows);
    for (const table of schema.tables.values()) this.tables.set(table.name, new Table(table));
  }

  table(schema: Pick<TableSchema, 'name'>): Table {
    const table = this.tables.get(schema.name);
    if (table === undefined) throw new SyntaxError(`there is no table ${schema.name}`);
    return table;
  }

  /** The committed rows of a table, for who looks from outside. */
  rowsOf(table: string): Row[] {
    return [...this.table({ name: table }).rows.values()].map((stored) => stored.row);
  }

  newId(): number {
    return ++this.ids;
  }

  holderOf(key: number | string): Transaction | undefined {
    return this.locks.get(key);
  }

  hold(key: number | string, transaction: Transaction): void {
    this.locks.set(key, transaction);
  }

  advisoryHolder(key: string, shared: boolean, asker: Transaction): Transaction | undefined {
    for (const [holder, isShared] of this.advisory.get(key) ?? [])
      if (holder !== asker && !(shared && isShared)) return holder;
    return undefined;
  }

  holdAdvisory(key: string, shared: boolean, transaction: Transaction): void {
    const holders = this.advisory.get(key) ?? new Map<Transaction, boolean>();
    holders.set(transaction, shared && (holders.get(transaction) ?? true));
    this.advisory.set(key, holders);
  }

  release(transaction: Transaction, keys: Iterable<number | string>): void {
    for (const key of keys) this.locks.delete(key);
    for (const holders of this.advisory.values()) holders.delete(transaction);
  }

  record(recorded: Recorded): void {
    this.options.record?.(recorded);
  }

  committed(changes: Commit): void {
    this.options.committed?.(changes);
  }
}
