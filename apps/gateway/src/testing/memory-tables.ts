import type { Refused } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Emission } from '@countersign/service-kit';
import type { StoredKey } from '../identity/api-keys/api-key.store.js';
import { IntakePart, type IntakeRow, type StoredIntake } from '../intake/intake.store.js';
import type { KeyRow } from '../submit/idempotency.store.js';

interface State {
  readonly intake: readonly StoredIntake[];
  readonly keys: readonly KeyRow[];
}

type MemoryWork = Sql & { emit(emission: Emission): void; refuse(refused: Refused): void };

/**
 * The gateway's tables in memory, with the statements that answer requests and no others: anything else throws.
 * Transactions run one after the other and roll back when their work throws. Sweeps are tested on a real database.
 */
export class MemoryTables {
  readonly emitted: Emission[] = [];
  /** What was told as refused. */
  readonly refused: Refused[] = [];
  /** API keys; those in `marked` were noted as used. */
  readonly apiKeys: StoredKey[] = [];
  readonly marked: string[] = [];
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

  run<T>(work: (work: MemoryWork) => Promise<T>): Promise<T> {
    const result = this.last.then(async () => {
      const before = this.state;
      const pending: Emission[] = [];
      const refused: Refused[] = [];
      try {
        const value = await work({
          ...this.sql,
          emit: (emission) => void pending.push(emission),
          refuse: (one) => void refused.push(one),
        });
        if (this.failure) throw this.failure;
        this.emitted.push(...pending);
        this.refused.push(...refused);
        return value;
      } catch (error) {
        this.state = before;
        throw error;
      }
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Ends a job as the evaluator's refusal does. */
  end(jobId: string, code: string): void {
    const intake = this.state.intake.map((row) =>
      row.job_id === jobId ? { ...row, ended_code: code, ended_at: '2026-11-20T14:00:01.000Z' } : row,
    );
    this.state = { ...this.state, intake };
  }

  /** Forgets a job as the sweep does once the scheduler has it. */
  forget(jobId: string): void {
    this.state = { ...this.state, intake: this.state.intake.filter((row) => row.job_id !== jobId) };
  }

  private async query(text: string, [first, second, third]: readonly unknown[]): Promise<unknown[]> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    const { intake, keys } = this.state;
    if (text === 'SELECT 1') return [{}];
    // Blobs are tested on a real database.
    if (text.includes('FROM blobs')) return [];
    if (text.includes('FROM api_keys WHERE key_id = $1'))
      return this.apiKeys.filter((key) => key.key_id === first);
    if (text.startsWith('SELECT 1 FROM api_keys'))
      return this.apiKeys.filter((key) => key.is_usable || !text.includes('revoked_at'));
    if (text.startsWith('UPDATE api_keys SET last_used_on')) return [this.marked.push(String(first))];
    if (text.includes('FROM intake WHERE tenant_id = $1 AND job_id = $2'))
      return intake.filter((row) => row.tenant_id === first && row.job_id === second);
    if (text.startsWith('SELECT 1 FROM intake WHERE trace_id = $1 AND tenant_id = $2'))
      return intake.filter((row) => row.trace_id === first && row.tenant_id === second);
    if (text.includes('ORDER BY job_id DESC LIMIT $3'))
      return intake
        .filter((row) => row.tenant_id === first && (second === null || row.job_id < (second as string)))
        .filter((row) => !text.includes(IntakePart.Open) || row.ended_code === null)
        .filter((row) => !text.includes(IntakePart.Ended) || row.ended_code !== null)
        .sort((a, b) => (a.job_id < b.job_id ? 1 : -1))
        .slice(0, third as number);
    if (text.includes('FROM idempotency_keys WHERE tenant_id = $1 AND caller = $2 AND key = $3'))
      return keys.filter((k) => k.tenant_id === first && k.caller === second && k.key === third);
    throw new Error(`unexpected statement: ${text}`);
  }

  private async insert(table: string, row: IntakeRow & KeyRow, tail: string): Promise<unknown[]> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    const { intake, keys } = this.state;
    if (table === 'intake' && tail === 'ON CONFLICT DO NOTHING RETURNING job_id') {
      if (intake.some((r) => r.tenant_id === row.tenant_id && r.job_id === row.job_id)) return [];
      const stored = { ...row, created_at: '2026-11-20T14:00:00.000Z', ended_code: null, ended_at: null };
      this.state = { keys, intake: [...intake, stored] };
    } else if (table === 'idempotency_keys' && tail.includes('DO UPDATE')) {
      if (keys.some((k) => k.tenant_id === row.tenant_id && k.caller === row.caller && k.key === row.key))
        return [];
      this.state = { intake, keys: [...keys, row] };
    } else throw new Error(`unexpected statement on ${table}: ${tail}`);
    return [{ job_id: row.job_id }];
  }
}
