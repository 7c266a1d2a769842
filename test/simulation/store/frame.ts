import type { Transaction } from './transaction.js';

/** One row, member by column. Never changed: an update puts another in its place. */
export type Row = Readonly<Record<string, unknown>>;

/** A row with the number that its locks go by; 0 when it is in no table. */
export interface Stored {
  readonly id: number;
  readonly row: Row;
}

/** One execution of a statement. */
export interface Run {
  readonly transaction: Transaction;
  readonly params: readonly unknown[];
  /** Results of the queries named by WITH, and of subqueries that depend on no row outside. */
  readonly results: Map<object | string, readonly Row[]>;
}

/** The rows at which an expression is looked at; undefined for the missing side of a left join. */
export interface Frame {
  readonly run: Run;
  readonly rows: (Stored | undefined)[];
  readonly outer: Frame | undefined;
}

export type Evaluate = (frame: Frame) => unknown;

/** A column of a result. Times are milliseconds inside, and become dates only where a result is given out. */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

export interface CompiledQuery {
  readonly columns: readonly ResultColumn[];
  readonly execute: (run: Run, outer: Frame | undefined) => Row[];
}

export interface CompiledStatement {
  readonly execute: (run: Run) => Row[];
}
