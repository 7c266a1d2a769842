import type { Sql } from '@countersign/persistence';
import type { Emission } from '@countersign/service-kit';
import type { KeyRow } from '../submit/idempotency.store.js';
import type { IntakeRow, StoredIntake } from '../intake/intake.store.js';

interface State {
  readonly intake: readonly StoredIntake[];
  readonly keys: readonly KeyRow[];
}

/**
 * The gateway's two tables in memory, with the statements that its stores use and no others: anything else throws.
 * Transactions run one after the other and roll back when their work throws.
 */
export class MemoryTables {
  readonly emitted: Emission[] = [];
  failure: Error | undefined;
  private state: State = { intake: [], keys: [] };
  private last: Promise<unknown> = Promise.resolve();

  get intake(): readonly StoredIntake[] {
    return this.state.intake;
  }

  readonly sql: Sql = {
    query: <T>(text: string, params: readonly unknown[] = []) => this.query(text, params) as Promise<T[]>,
    insertMany: <T>(table: string, _types: object, rows: readonly object[], tail = '') =>
      this.insert(table, rows[0] as IntakeRow & KeyRow, tail) as Promise<T[]>,
    updateMany: () => Promise.reject(new Error('the gateway updates nothing')),
  };

  run<T>(work: (work: Sql & { emit(emission: Emission): void }) => Promise<T>): Promise<T> {
    const result = this.last.then(async () => {
      const before = this.state;
      const pending: Emission[] = [];
      try {
        const value = await work({ ...this.sql, emit: (emission) => void pending.push(emission) });
        this.emitted.push(...pending);
        return value;
      } catch (error) {
        this.state = before;
        throw error;
      }
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  private async query(text: string, [tenant, id, third]: readonly unknown[]): Promise<unknown[]> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    if (text === 'SELECT 1') return [{}];
    const own = this.state.intake.filter((row) => row.tenant_id === tenant);
    if (text.includes('FROM intake WHERE tenant_id = $1 AND job_id = $2'))
      return own.filter((r) => r.job_id === id);
    if (text.includes('ORDER BY job_id DESC LIMIT $3'))
      return own
        .filter((row) => id === null || row.job_id < (id as string))
        .sort((a, b) => (a.job_id < b.job_id ? 1 : -1))
        .slice(0, third as number);
    if (text.includes('FROM idempotency_keys WHERE tenant_id = $1 AND caller = $2 AND key = $3'))
      return this.state.keys.filter((k) => k.tenant_id === tenant && k.caller === id && k.key === third);
    throw new Error(`unexpected statement: ${text}`);
  }

  private async insert(table: string, row: IntakeRow & KeyRow, tail: string): Promise<unknown[]> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    if (tail !== 'ON CONFLICT DO NOTHING RETURNING job_id') throw new Error(`unexpected tail: ${tail}`);
    const { intake, keys } = this.state;
    const stored = { ...row, created_at: '2026-11-20T14:00:00.000Z' };
    if (table === 'intake') {
      if (intake.some((r) => r.tenant_id === row.tenant_id && r.job_id === row.job_id)) return [];
      this.state = { keys, intake: [...intake, stored] };
    } else if (table === 'idempotency_keys') {
      if (keys.some((k) => k.tenant_id === row.tenant_id && k.caller === row.caller && k.key === row.key))
        return [];
      this.state = { intake, keys: [...keys, row] };
    } else throw new Error(`unexpected table: ${table}`);
    return [{ job_id: row.job_id }];
  }
}
