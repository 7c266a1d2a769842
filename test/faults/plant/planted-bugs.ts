import { fileURLToPath } from 'node:url';

/** A bug as an edit of built files. The product has no branch for it, so no build can hold one. */
export interface PlantedBug {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** Replaces one text that stands once in a built file. */
export interface Edit {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const bug = (
  name: string,
  ...edits: readonly (readonly [file: string, find: string, replace: string])[]
) => ({
  name,
  edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
});

const CONSUMER = 'libs/messaging/dist/consume/batch-consumer.js';
const ROAD = 'libs/service-kit/dist/road.js';
const INBOX = 'libs/service-kit/dist/inbox.js';
const ENVELOPE = 'libs/contracts/dist/envelope.js';
const STATES = 'libs/contracts/dist/job-states.js';
const EXPIRE = 'apps/approval-service/dist/expire/expire-approvals.js';
const DECIDE = 'apps/policy-evaluator/dist/evaluate/decide-job.js';
const SETTLE = 'apps/scheduler/dist/job/settle-fact.js';
const MACHINE = 'apps/scheduler/dist/job/job.machine.js';
const APPEND = 'apps/audit-writer/dist/append/append-entries.js';
const SCAN = 'apps/output-scanner/dist/scan/judge-result.js';

const RESERIALISED = 'JSON.stringify(JSON.parse(admitted.text))';

/** The mistakes that a system like this one is known to have. The checker must see each. */
export const PLANTED_BUGS = {
  ackBeforeCommit: bug('ack before commit', [
    CONSUMER,
    'const settlements = await this.decide(batch);',
    `for (const message of batch) this.connection.send(message.settleAt, '+ACK');
     await this.connection.nats.flush();
     const settlements = await this.decide(batch);`,
  ]),
  publishBeforeCommit: bug('publish before commit', [
    ROAD,
    'void this.outbox.write(sql, work.pending);',
    `void this.outbox.write(sql, work.pending);
     if (work.pending.length > 0) await this.outbox.publish(work.pending);
     if (work.pending.length > 0) fault('road.published-early', this.service);`,
  ]),
  noInbox: bug('no inbox', [
    INBOX,
    'fresh: [...first.values()].filter((fact) => inserted.has(fact.id)), conflicting',
    'fresh: [...first.values()], conflicting',
  ]),
  idWithoutAttempt: bug('message id without attempt', [
    ENVELOPE,
    '`${jobId}:${step}:${attempt}:',
    '`${jobId}:${step}:0:',
  ]),
  expiryByLocalClock: bug('expiry by local clock', [
    EXPIRE,
    "state = 'PENDING' AND expires_at <= now()",
    "state = 'PENDING' AND expires_at <= to_timestamp(${(Date.now() + Number(process.env.COUNTERSIGN_SKEW_MS ?? 0)) / 1000})",
  ]),
  hashOfReserialisedJson: bug(
    'hash of re-serialised JSON',
    [DECIDE, 'job: admitted.text,', `job: ${RESERIALISED},`],
    [
      DECIDE,
      'job_hash: admitted.hash,',
      `job_hash: 'sha256:' + process.getBuiltinModule('node:crypto').hash('sha256', ${RESERIALISED}),`,
    ],
  ),
  approvalWithoutHash: bug('approval looked up by job id without hash', [
    SETTLE,
    'approval.job_hash !== job.jobHash || ',
    '',
  ]),
  seqFromSequence: bug('audit seq from a database sequence', [
    APPEND,
    // A sequence gives every number once: one that a rolled-back transaction drew is lost.
    'seq: Number(row.seq), hash: row.hash',
    'seq: (globalThis.drawn = Math.max((globalThis.drawn ?? -1) + 1, Number(row.seq))), hash: row.hash',
  ]),
  firstRowUnlinked: bug('audit without prev_hash check on the first row of a batch', [
    APPEND,
    'let last = head;',
    "let last = { ...head, hash: 'sha256:' + '0'.repeat(64) };",
  ]),
  scannerPassesOnTimeout: bug(
    'scanner passes on timeout',
    [
      SCAN,
      'const first = await tools.examine(received, optionsOf(tools, null));',
      `const scanned = await tools.examine(received, optionsOf(tools, null));
       const isLate = JSON.stringify(received.result.output).length > 1000;
       const first = isLate ? { ok: false, reason: 'scanner_timeout', detail: 'planted' } : scanned;`,
    ],
    [
      SCAN,
      'if (!first.ok)\n        return final(keptBack(received, first.reason), first.detail);',
      `if (!first.ok) {
         const output = JSON.stringify(received.result.output);
         const { error } = received.result;
         const examined = { findings: [], count: 0, kinds: [], inNames: false, output, outputBytes: 0, error };
         return final(verdictOf(received, { examined, exceeded: [], held: 'no' }));
       }`,
    ],
  ),
  policyErrorAsAllow: bug('policy error treated as allow', [
    DECIDE,
    'const told = answerOf(snapshot, request, engine);',
    `const guarded = () => {
        try {
          if (job.labels.broken !== undefined) throw new Error('the policy can not be evaluated');
          return answerOf(snapshot, request, engine);
        } catch {
          return { type: 'ALLOW', rule_ids: [], reason: '', reason_code: 'rule', derived_tags: [], constraints: {}, obligations: {} };
        }
     };
     const told = guarded();`,
  ]),
  endOverwritten: bug(
    'terminal state overwritten by a late result',
    [STATES, '[S.TimedOut]: {},', '[S.TimedOut]: { result: [S.Scanning] },'],
    [SETTLE, 'if (attempt.state !== AttemptState.Running)\n        return stale(job, result);', ''],
    [MACHINE, 'if (attempt?.state !== AttemptState.Running)\n                return undefined;', ''],
  ),
} satisfies Readonly<Record<string, PlantedBug>>;

export type PlantedBugName = keyof typeof PLANTED_BUGS;

/** The environment in which every Node process gets the bug. */
export function plantedEnv({ edits }: PlantedBug): NodeJS.ProcessEnv {
  const register = fileURLToPath(new URL('register.mjs', import.meta.url));
  return {
    NODE_OPTIONS: `--conditions=@countersign/faults --import=${register}`,
    COUNTERSIGN_PLANT: JSON.stringify(edits),
  };
}
