import {
  AttemptState,
  Header,
  isTerminal,
  Offer,
  Output,
  parseBody,
  Service,
  VerdictKind,
  type JobState,
  type Verdict,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { Row } from '../store/frame.js';
import type { Commit } from '../store/tables.js';
import type { AuditStandIn } from './audit-stand-in.js';
import type { StoredMessage } from './memory-bus.js';
import type { People } from './people.js';
import type { Observer, Platform } from './platform.js';
import type { Simulated } from './services.js';
import { Violation } from './world.js';

/** A run as its worker began it. */
export interface BegunRun {
  readonly jobId: string;
  readonly attempt: number;
  readonly leaseId: string;
  readonly hash: string;
  readonly warrant: { readonly job_hash: string; readonly lease_id: string };
}

const ORDER: readonly unknown[] = Object.values(AttemptState);
const PASSES: ReadonlySet<string> = new Set([VerdictKind.Clean, VerdictKind.Redacted, VerdictKind.Released]);

/**
 * Looks from outside at what is committed, stored and run, and says what must never be. It asks no service: it reads the
 * tables, the broker's streams and the workers' own word.
 */
export class Checker implements Observer {
  readonly recorded: Observer['recorded'];
  /** Set right after the platform was made, which tells this checker what it does. */
  platform: Platform | undefined;
  private readonly begun = new Map<string, BegunRun>();
  private readonly returned = new Map<string, Set<string>>();
  private readonly made = new Set<string>();
  private readonly jobs = new Map<string, Row>();
  private readonly attempts = new Map<string, Row>();
  private readonly sent = new Set<string>();
  private readonly outputs = new Map<string, string>();
  private readonly passed = new Map<string, Set<string>>();
  private readonly grants = new Set<string>();
  private readonly decided = new Map<string, { readonly type: string; readonly hash: string }>();

  constructor(recorded?: Observer['recorded']) {
    this.recorded = recorded;
  }

  /** The first thing that was found to be wrong. The product may catch what is thrown at it; this stays. */
  violation: string | undefined;

  fail(what: string): never {
    this.violation ??= what;
    throw new Violation(what);
  }

  committed(service: Simulated, changes: Commit): void {
    for (const [{ schema }, rows] of changes)
      for (const row of rows.values()) {
        if (row === null) continue;
        const { name } = schema;
        if (name === 'outbox') this.sent.add(textOf(row, 'event_id'));
        else if (name === 'dead_letters')
          this.fail(`${service} gave up on ${textOf(row, 'subject')}: ${textOf(row, 'reason_code')}`);
        else if (name === 'decisions')
          this.decided.set(textOf(row, 'job_id'), {
            type: textOf(row, 'type'),
            hash: textOf(row, 'job_hash'),
          });
        else if (name === 'approvals' && row['state'] === 'GRANTED' && row['kind'] === 'job')
          this.grants.add(`${textOf(row, 'job_id')} ${textOf(row, 'job_hash')}`);
        else if (name === 'jobs') this.jobChanged(row);
        else if (name === 'attempts') this.attemptChanged(row);
      }
  }

  stored(message: StoredMessage): void {
    if (message.stream === 'DISPATCH') this.offered(message);
    else if (message.stream === 'VERDICTS') {
      const verdict = JSON.parse(message.data.toString()) as Verdict;
      if (!PASSES.has(verdict.kind) || verdict.released === null) return;
      const released = this.passed.get(verdict.job_id) ?? new Set();
      this.passed.set(verdict.job_id, released.add(verdict.released));
    } else if (message.stream === 'OUTPUTS') this.released(message);
  }

  /** A worker begins to run a job. */
  runs(run: BegunRun): void {
    const key = `${run.jobId}/${run.attempt}`;
    if (this.begun.has(key)) this.fail(`attempt ${key} ran twice`);
    this.begun.set(key, run);
    if (run.warrant.job_hash !== run.hash || run.warrant.lease_id !== run.leaseId)
      this.fail(`the warrant of ${key} is for something else`);
    this.mayRun(run.jobId, run.hash);
  }

  /** A worker has finished a run. */
  returns(leaseId: string, digest: string): void {
    this.returned.set(leaseId, (this.returned.get(leaseId) ?? new Set()).add(digest));
  }

  /** Somebody made a result up. */
  forged(digest: string): void {
    this.made.add(digest);
  }

  /** The states that jobs have ended in. */
  get states(): string[] {
    return [...this.jobs.values()].map((row) => textOf(row, 'state'));
  }

  /** What must hold when everything has come to rest. */
  atRest(people: People, audit: AuditStandIn): void {
    for (const { jobId, hash, isStored } of people.jobs) {
      const job = this.jobs.get(jobId);
      if (!isStored) this.fail(`${jobId} was never accepted`);
      if (!job) this.fail(`${jobId} was accepted and is lost`);
      const state = textOf(job, 'state') as JobState;
      if (!isTerminal(state)) this.fail(`${jobId} came to rest in ${state}`);
      if (job['job_hash'] !== hash) this.fail(`${jobId} has other bytes than were accepted`);
      if ((state === 'COMPLETED') !== this.outputs.has(jobId))
        this.fail(`${jobId} is ${state} and ${this.outputs.has(jobId) ? 'has an' : 'has no'} output`);
    }
    if (this.jobs.size !== people.jobs.length) this.fail('there are jobs that nobody submitted');
    for (const id of this.sent) if (!audit.seen.has(id)) this.fail(`the audit log never saw ${id}`);
  }

  private mayRun(jobId: string, hash: string): void {
    const decision = this.decided.get(jobId);
    if (!decision || decision.type === 'DENY') this.fail(`${jobId} runs without a decision`);
    if (decision.hash !== hash) this.fail(`${jobId} runs with other bytes than were decided about`);
    if (decision.type === 'REQUIRE_APPROVAL' && !this.grants.has(`${jobId} ${hash}`))
      this.fail(`${jobId} runs without its approval`);
  }

  private offered(message: StoredMessage): void {
    const read = parseBody(Offer, message.data);
    if (!read.ok) this.fail('an offer can not be read');
    if (sha256Digest(read.value.job) !== read.value.job_hash)
      this.fail('an offer has other bytes than its hash');
    this.mayRun(read.value.job_id, read.value.job_hash);
  }

  private released(message: StoredMessage): void {
    const read = parseBody(Output, message.data);
    if (!read.ok) this.fail('an output can not be read');
    const { job_id: jobId, output, released } = read.value;
    // No gateway is simulated, and so no blob.
    if (output === null || sha256Digest(output) !== released)
      return this.fail(`the output of ${jobId} has other bytes than its digest`);
    if (!this.passed.get(jobId)?.has(released)) this.fail(`the output of ${jobId} left without a verdict`);
    if (output.includes('made up')) this.fail(`the output of ${jobId} was made up`);
    const said = `${message.headers[Header.Id] ?? ''} ${output}`;
    const before = this.outputs.get(jobId);
    if (before !== undefined && before !== said) this.fail(`${jobId} has two outputs`);
    this.outputs.set(jobId, said);
  }

  private jobChanged(row: Row): void {
    const jobId = textOf(row, 'job_id');
    const before = this.jobs.get(jobId);
    this.jobs.set(jobId, row);
    if (!before) return;
    if (isTerminal(textOf(before, 'state') as JobState) && before['state'] !== row['state'])
      this.fail(`${jobId} left ${textOf(before, 'state')} for ${textOf(row, 'state')}`);
    if (Number(row['version']) <= Number(before['version'])) this.fail(`a change of ${jobId} was lost`);
    if (Number(row['attempt']) < Number(before['attempt'])) this.fail(`${jobId} forgot an attempt`);
  }

  private attemptChanged(row: Row): void {
    const key = `${textOf(row, 'job_id')}/${textOf(row, 'attempt')}`;
    const before = this.attempts.get(key);
    this.attempts.set(key, row);
    const digest = row['result_digest'] === null ? null : textOf(row, 'result_digest');
    if (digest !== null && this.made.has(digest)) this.fail(`${key} took a result that was made up`);
    if (digest !== null && !this.returned.get(textOf(row, 'lease_id'))?.has(digest))
      this.fail(`${key} took a result that its worker never returned`);
    if (before) {
      if (ORDER.indexOf(row['state']) < ORDER.indexOf(before['state'])) this.fail(`${key} went back`);
      for (const column of ['lease_id', 'nonce', 'run_id', 'result_digest'])
        if (before[column] !== null && before[column] !== row[column])
          this.fail(`${column} of ${key} changed`);
    }
    const open = this.platform!.rowsOf(Service.Scheduler, 'attempts').filter(
      (other) => other['job_id'] === row['job_id'] && other['state'] !== AttemptState.Ended,
    );
    if (open.length > 1) this.fail(`${textOf(row, 'job_id')} has two open attempts`);
  }
}

const textOf = (row: Row, column: string) => String(row[column]);
