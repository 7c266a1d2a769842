import type { Row, Stored } from './frame.js';
import type { TableSchema, Unique } from './schema.js';
import { SqlError } from './sql-error.js';
import type { Store, Table } from './tables.js';
import { textOf } from './values.js';

/** A statement has to wait until another transaction is over. */
export class Blocked extends Error {
  constructor(readonly by: Transaction) {
    super('another transaction holds the lock');
  }
}

interface Undo {
  readonly changes: Map<number, Row | null>;
  readonly id: number;
  readonly before: Row | null | undefined;
}

/** One transaction at READ COMMITTED: what it has written, and the locks it holds until its end. */
export class Transaction {
  readonly startedAtMs: number;
  isOver = false;
  private readonly changes = new Map<Table, Map<number, Row | null>>();
  private readonly locks = new Set<number | string>();
  private undo: Undo[] = [];

  constructor(private readonly store: Store) {
    this.startedAtMs = store.clockMs();
  }

  clockMs(): number {
    return this.store.clockMs();
  }

  /** Runs one statement: whole, or not at all when it throws. Locks that it got stay. */
  statement<T>(run: () => T): T {
    this.undo = [];
    try {
      return run();
    } catch (error) {
      for (const { changes, id, before } of this.undo.reverse())
        if (before === undefined) changes.delete(id);
        else changes.set(id, before);
      throw error;
    }
  }

  /** The rows that it sees: what is committed, as changed by itself. */
  scan(schema: TableSchema): Stored[] {
    const table = this.store.table(schema);
    const own = this.changes.get(table);
    const seen: Stored[] = [];
    for (const [id, stored] of table.rows) {
      const changed = own?.get(id);
      if (changed === undefined) seen.push(stored);
      else if (changed !== null) seen.push({ id, row: changed });
    }
    if (own) for (const [id, row] of own) if (row !== null && !table.rows.has(id)) seen.push({ id, row });
    return this.store.arrange(seen);
  }

  insert(schema: TableSchema, row: Row): Stored {
    const id = this.store.newId();
    this.lock(id);
    this.check(schema, row);
    this.put(this.store.table(schema), id, row);
    return { id, row };
  }

  update(schema: TableSchema, { id, row: before }: Stored, row: Row): Stored {
    this.lock(id);
    this.check(schema, row);
    const table = this.store.table(schema);
    for (const unique of schema.unique) {
      const key = keyOf(unique, row);
      if (key === undefined || key === keyOf(unique, before)) continue;
      if (this.findEqual(table, unique, key) !== undefined) throw duplicate(unique);
    }
    this.put(table, id, row);
    return { id, row };
  }

  delete(schema: TableSchema, { id }: Stored): void {
    this.lock(id);
    this.put(this.store.table(schema), id, null);
  }

  /** The row that a new one would double, by the first constraint it breaks of those that `columns` names, or of all. */
  conflict(schema: TableSchema, row: Row, columns: readonly string[]): Stored | undefined {
    const table = this.store.table(schema);
    for (const unique of schema.unique) {
      const key = keyOf(unique, row);
      if (key === undefined) continue;
      const equal = this.findEqual(table, unique, key);
      if (equal === undefined) continue;
      if (columns.length > 0 && columns.join() !== unique.columns.join()) throw duplicate(unique);
      return equal;
    }
    return undefined;
  }

  /** Takes a lock until the end. Throws {@link Blocked} when another has it. */
  lock(key: number | string): void {
    if (this.locks.has(key)) return;
    const holder = this.store.holderOf(key);
    if (holder !== undefined && holder !== this) throw new Blocked(holder);
    this.store.hold(key, this);
    this.locks.add(key);
  }

  /** Whether another transaction holds a lock. */
  isLocked(key: number | string): boolean {
    const holder = this.store.holderOf(key);
    return holder !== undefined && holder !== this;
  }

  lockAdvisory(key: string, shared: boolean): void {
    const other = this.store.advisoryHolder(key, shared, this);
    if (other !== undefined) throw new Blocked(other);
    this.store.holdAdvisory(key, shared, this);
  }

  /** Whether it has changed a row. */
  hasWritten(table: Table, id: number): boolean {
    return this.changes.get(table)?.has(id) ?? false;
  }

  commit(): void {
    for (const [table, changes] of this.changes) table.apply(changes);
    this.end();
    this.store.record({ is: 'commit', transaction: this });
    this.store.committed(this.changes);
  }

  rollBack(): void {
    if (this.isOver) return;
    this.end();
    this.store.record({ is: 'rollback', transaction: this });
  }

  private end(): void {
    this.isOver = true;
    this.store.release(this, this.locks);
  }

  private put(table: Table, id: number, row: Row | null): void {
    const changes = this.changes.get(table) ?? new Map<number, Row | null>();
    this.changes.set(table, changes);
    this.undo.push({ changes, id, before: changes.get(id) });
    changes.set(id, row);
  }

  private findEqual(table: Table, unique: Unique, key: string): Stored | undefined {
    // Whoever inserts the same key at this moment is waited for: it may commit or not.
    this.lock(`${unique.id}:${key}`);
    const own = this.changes.get(table);
    const id = table.find(unique, key);
    if (id !== undefined && !own?.has(id)) {
      const holder = this.store.holderOf(id);
      if (holder !== undefined && holder !== this && holder.hasWritten(table, id)) throw new Blocked(holder);
      return table.rows.get(id);
    }
    if (own)
      for (const [changedId, row] of own)
        if (row !== null && keyOf(unique, row) === key) return { id: changedId, row };
    return undefined;
  }

  private check(schema: TableSchema, row: Row): void {
    for (const [name, { notNull }] of schema.columns)
      if (notNull && row[name] === null)
        throw new SqlError('23502', `${schema.name}.${name} may not be null`);
    for (const check of schema.checks)
      if (check(frameOf(this, row)) === false) throw new SqlError('23514', `a check of ${schema.name} fails`);
  }
}

const frameOf = (transaction: Transaction, row: Row) => ({
  run: { transaction, params: [], results: new Map<object | string, readonly Row[]>() },
  rows: [{ id: 0, row }],
  outer: undefined,
});

const duplicate = (unique: Unique) =>
  new SqlError('23505', `a row with the same ${unique.columns.join(', ')} is there already`);

/** The key of a row under a constraint; undefined when the row is outside it, or a part of the key is null. */
export function keyOf(unique: Unique, row: Row): string | undefined {
  let key = '';
  for (const column of unique.columns) {
    const value = row[column];
    if (value === null || value === undefined) return undefined;
    key += `${textOf(value)}\n`;
  }
  return key;
}
