import {
  approvalSealersOf,
  ExpireApprovalsSweep,
  migrations as approvalMigrations,
  RequestApprovalsConsumer,
  ResolveApprovalsResponder,
  ReviewQuarantineConsumer,
  WithdrawEndedConsumer,
  type AskPolicy,
} from '@countersign/approval-service';
import { CONSUMERS, Service, type ConsumerSpec } from '@countersign/contracts';
import type { BatchHandler, BusRequest } from '@countersign/messaging';
import {
  ConfirmQuarantineConsumer,
  migrations as scannerMigrations,
  ReleaseOutputsConsumer,
  ScanResultsConsumer,
} from '@countersign/output-scanner';
import {
  EvaluateJobsConsumer,
  EvaluateJobsHandler,
  migrations as evaluatorMigrations,
  policyEvaluatorRenderers,
} from '@countersign/policy-evaluator';
import {
  CancelJobsResponder,
  ClaimOffersResponder,
  ConcludeVerdictsConsumer,
  HeartbeatsResponder,
  migrations as schedulerMigrations,
  NoteDeadLettersConsumer,
  RecordResultsConsumer,
  ScheduleApprovalsConsumer,
  ScheduleDecisionsConsumer,
  schedulerRenderers,
  Sweeps,
} from '@countersign/scheduler';
import type { Renderers, Road, Sealers } from '@countersign/service-kit';
import type { Migration } from '../store/schema.js';
import { askOutputPolicy } from './output-policy.js';
import { CONFIG, POLICY } from './settings.js';
import { UnsignedWarrants } from './unsigned-warrants.js';

/** The services that run their own handlers here. */
export const SIMULATED = [
  Service.PolicyEvaluator,
  Service.ApprovalService,
  Service.Scheduler,
  Service.OutputScanner,
] as const;
export type Simulated = (typeof SIMULATED)[number];

/** What asks a service's stored state again and again. */
export interface Task {
  readonly name: string;
  readonly intervalMs: number;
  readonly run: () => Promise<unknown>;
}

/** What is called from outside. */
export const Question = { Claim: 'claim', Heartbeat: 'heartbeat', Cancel: 'cancel', Vote: 'vote' } as const;
export type Question = (typeof Question)[keyof typeof Question];
type Answer = (batch: readonly BusRequest[]) => Promise<readonly unknown[]>;

/** One running service: its handlers as its module would have made them. */
export interface Handlers {
  readonly reads: readonly (readonly [ConsumerSpec, BatchHandler])[];
  readonly answers: Partial<Record<Question, Answer>>;
  readonly tasks: readonly Task[];
}

interface Blueprint {
  readonly migrations: () => Migration[];
  readonly renderers: Renderers;
  readonly sealers?: Sealers;
  readonly open: (road: Road) => Handlers;
}

/** The policy does not change here, and every job that waits asks one reviewer. */
const policyStays: AskPolicy = () =>
  Promise.resolve({ kind: 'open', terms: { quorum: 1, groups: [], confirm: null } });

class Tasks {
  readonly list: Task[] = [];
  every(name: string, intervalMs: number, run: () => Promise<unknown>): void {
    this.list.push({ name, intervalMs, run });
  }
}

const made = (migrations: readonly (new () => unknown)[]) => () =>
  migrations.map((Migration) => new Migration() as Migration);

/** How each service is put together. */
export const BLUEPRINTS: Readonly<Record<Simulated, Blueprint>> = {
  [Service.PolicyEvaluator]: {
    migrations: made(evaluatorMigrations.migrations),
    renderers: policyEvaluatorRenderers,
    open: (road) => {
      const evaluator = new EvaluateJobsConsumer(road, new EvaluateJobsHandler(CONFIG, { snapshot: POLICY }));
      return {
        reads: [[CONSUMERS.evaluateJobs, (batch) => evaluator.handle(batch)]],
        answers: {},
        tasks: [],
      };
    },
  },
  [Service.ApprovalService]: {
    migrations: made(approvalMigrations.migrations),
    renderers: {},
    sealers: approvalSealersOf(CONFIG.secrets),
    open: (road) => {
      const tasks = new Tasks();
      new ExpireApprovalsSweep(road, tasks).onApplicationBootstrap();
      const requests = new RequestApprovalsConsumer(road, CONFIG);
      const reviews = new ReviewQuarantineConsumer(road);
      const ends = new WithdrawEndedConsumer(road);
      const votes = new ResolveApprovalsResponder(road, CONFIG, policyStays);
      return {
        reads: [
          [CONSUMERS.requestApprovals, (batch) => requests.handle(batch)],
          [CONSUMERS.reviewQuarantine, (batch) => reviews.handle(batch)],
          [CONSUMERS.withdrawEnded, (batch) => ends.handle(batch)],
        ],
        answers: { [Question.Vote]: (batch) => votes.handle(batch) },
        tasks: tasks.list.filter((task) => task.name === 'expire approvals'),
      };
    },
  },
  [Service.Scheduler]: {
    migrations: made(schedulerMigrations.migrations),
    renderers: schedulerRenderers,
    open: (road) => {
      const tasks = new Tasks();
      new Sweeps(road, tasks, CONFIG).onApplicationBootstrap();
      const decisions = new ScheduleDecisionsConsumer(road, CONFIG);
      const approvals = new ScheduleApprovalsConsumer(road, CONFIG);
      const results = new RecordResultsConsumer(road, CONFIG);
      const verdicts = new ConcludeVerdictsConsumer(road, CONFIG);
      const deadLetters = new NoteDeadLettersConsumer(road);
      const claims = new ClaimOffersResponder(road, CONFIG, new UnsignedWarrants());
      const heartbeats = new HeartbeatsResponder(road);
      const cancels = new CancelJobsResponder(road, CONFIG);
      return {
        reads: [
          [CONSUMERS.scheduleDecisions, (batch) => decisions.handle(batch)],
          [CONSUMERS.scheduleApprovals, (batch) => approvals.handle(batch)],
          [CONSUMERS.recordResults, (batch) => results.handle(batch)],
          [CONSUMERS.concludeVerdicts, (batch) => verdicts.handle(batch)],
          [CONSUMERS.failDeadLettered, (batch) => deadLetters.handle(batch)],
        ],
        answers: {
          [Question.Claim]: (batch) => claims.handle(batch),
          [Question.Heartbeat]: (batch) => heartbeats.handle(batch),
          [Question.Cancel]: (batch) => cancels.handle(batch),
        },
        tasks: tasks.list.filter((task) => task.name !== 'prune'),
      };
    },
  },
  [Service.OutputScanner]: {
    migrations: made(scannerMigrations.migrations),
    renderers: {},
    open: (road) => {
      const results = new ScanResultsConsumer(road, CONFIG, askOutputPolicy);
      const reviews = new ReleaseOutputsConsumer(road, CONFIG);
      const confirmations = new ConfirmQuarantineConsumer(road);
      return {
        reads: [
          [CONSUMERS.scanResults, (batch) => results.handle(batch)],
          [CONSUMERS.releaseOutputs, (batch) => reviews.handle(batch)],
          [CONSUMERS.confirmQuarantine, (batch) => confirmations.handle(batch)],
        ],
        answers: {},
        tasks: [],
      };
    },
  },
};
