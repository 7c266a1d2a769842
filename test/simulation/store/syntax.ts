/** An expression. */
export type Expression =
  | { readonly is: 'value'; readonly value: string | number | boolean | null }
  | { readonly is: 'interval'; readonly ms: number }
  | { readonly is: 'parameter'; readonly index: number }
  | { readonly is: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly is: 'row'; readonly items: readonly Expression[] }
  | {
      readonly is: 'unary';
      readonly operator: 'NOT' | '-' | 'IS NULL' | 'IS NOT NULL';
      readonly of: Expression;
    }
  | {
      readonly is: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly is: 'any'; readonly of: Expression; readonly list: Expression }
  | { readonly is: 'in'; readonly of: Expression; readonly values: readonly Expression[] | Select }
  | { readonly is: 'exists'; readonly query: Select }
  | {
      readonly is: 'case';
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise: Expression | undefined;
    }
  | {
      readonly is: 'call';
      readonly name: string;
      readonly args: readonly { readonly name: string | undefined; readonly value: Expression }[];
    }
  | { readonly is: 'cast'; readonly of: Expression; readonly type: string };

/** One column of a result: an expression, or `*`. */
export type Item =
  { readonly is: 'all' } | { readonly is: 'item'; readonly of: Expression; readonly as: string };

/** Columns with their types. */
export type Types = Readonly<Record<string, string>>;

/** Where rows come from. */
export interface Source {
  readonly alias: string;
  readonly from:
    | { readonly is: 'table'; readonly name: string }
    | { readonly is: 'recordset'; readonly json: Expression; readonly types: Types }
    | { readonly is: 'query'; readonly query: Select };
  readonly join: 'inner' | 'left';
  readonly on: Expression | undefined;
}

export interface Select {
  readonly is: 'select';
  readonly items: readonly Item[];
  readonly sources: readonly Source[];
  readonly where: Expression | undefined;
  readonly order: readonly { readonly by: Expression; readonly descending: boolean }[];
  readonly limit: Expression | undefined;
  /** Aliases to lock; all when the statement names none. */
  readonly lock: { readonly of: readonly string[]; readonly skipLocked: boolean } | undefined;
}

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
}

export interface Insert {
  readonly is: 'insert';
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Select | readonly Expression[];
  readonly conflict:
    { readonly columns: readonly string[]; readonly update: readonly Assignment[] } | undefined;
  readonly returning: readonly Item[];
}

export interface Update {
  readonly is: 'update';
  readonly table: string;
  readonly alias: string;
  readonly set: readonly Assignment[];
  readonly sources: readonly Source[];
  readonly where: Expression | undefined;
  readonly returning: readonly Item[];
}

export interface Delete {
  readonly is: 'delete';
  readonly table: string;
  readonly alias: string;
  readonly sources: readonly Source[];
  readonly where: Expression | undefined;
  readonly returning: readonly Item[];
}

export type Query = Select | Insert | Update | Delete;

/** A statement with the queries that it names first. */
export interface Statement {
  readonly with: readonly { readonly name: string; readonly query: Query }[];
  readonly query: Query;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly preset: Expression | undefined;
}

/** What a migration changes of a table that is there. */
export interface Alteration {
  readonly is: 'altered';
  readonly table: string;
  readonly columns: readonly Column[];
  readonly unique: readonly (readonly string[])[];
  readonly checks: readonly Expression[];
  /** Columns of the primary key that is added, which are among the unique ones, too. */
  readonly key: readonly string[] | undefined;
  /** Old names by new ones. */
  readonly renamed: readonly (readonly [from: string, to: string])[];
  /** Whether the primary key goes: what it said of the rows, before anything else is added. */
  readonly dropsKey: boolean;
}

/** A table, or what must be unique in one. Everything else that a migration says does not concern the rows. */
export type Definition =
  | {
      readonly is: 'table';
      readonly name: string;
      readonly columns: readonly Column[];
      readonly unique: readonly (readonly string[])[];
      /** Columns of the primary key, which are among the unique ones, too. */
      readonly key: readonly string[] | undefined;
      readonly checks: readonly Expression[];
    }
  | Alteration
  | {
      readonly is: 'unique';
      readonly table: string;
      readonly columns: readonly string[];
      readonly where: Expression | undefined;
    };
