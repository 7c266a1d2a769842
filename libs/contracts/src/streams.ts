import { Subjects } from './subjects.js';

/** The services of CORE. Each has its own broker user, database role and schema. */
export const Service = {
  Gateway: 'gateway',
  PolicyEvaluator: 'policy-evaluator',
  ApprovalService: 'approval-service',
  Scheduler: 'scheduler',
  OutputScanner: 'output-scanner',
  AuditWriter: 'audit-writer',
} as const;
export type Service = (typeof Service)[keyof typeof Service];
export const SERVICES: readonly Service[] = Object.values(Service);

/** One stream: file storage, interest retention, `discard: new`. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  /** Who publishes into it, as account users of CORE; producers and pools come in through their imports. */
  readonly publishers: readonly { readonly service: Service; readonly subject: string }[];
}

const publishes = (service: Service, subject: string) => ({ service, subject });

/** Every stream of CORE. */
export const STREAMS = {
  JOBS: {
    name: 'JOBS',
    subjects: [Subjects.jobFrom.filter()],
    publishers: [
      publishes(Service.Gateway, Subjects.jobFrom.filter({ producer: 'gateway' })),
      // Jobs that a reviewer has edited.
      publishes(Service.ApprovalService, Subjects.jobFrom.filter({ producer: 'approval-service' })),
      // Jobs whose findings the policy had taken out.
      publishes(Service.PolicyEvaluator, Subjects.jobFrom.filter({ producer: 'policy-evaluator' })),
    ],
  },
  DECISIONS: {
    name: 'DECISIONS',
    subjects: [Subjects.decision.filter()],
    publishers: [publishes(Service.PolicyEvaluator, Subjects.decision.filter())],
  },
  APPROVALS: {
    name: 'APPROVALS',
    subjects: [Subjects.approvalJob.filter(), Subjects.approvalOutput.filter()],
    publishers: [
      publishes(Service.ApprovalService, Subjects.approvalJob.filter()),
      publishes(Service.ApprovalService, Subjects.approvalOutput.filter()),
    ],
  },
  DISPATCH: {
    name: 'DISPATCH',
    subjects: [Subjects.dispatch.filter()],
    publishers: [publishes(Service.Scheduler, Subjects.dispatch.filter())],
  },
  RESULTS: { name: 'RESULTS', subjects: [Subjects.result.filter()], publishers: [] },
  VERDICTS: {
    name: 'VERDICTS',
    subjects: [Subjects.verdict.filter()],
    publishers: [publishes(Service.OutputScanner, Subjects.verdict.filter())],
  },
  OUTPUTS: {
    name: 'OUTPUTS',
    subjects: [Subjects.output.filter()],
    publishers: [publishes(Service.Scheduler, Subjects.output.filter())],
  },
  EVENTS: {
    name: 'EVENTS',
    subjects: ['event.>'],
    publishers: [
      publishes(Service.Scheduler, Subjects.eventJob.filter()),
      publishes(Service.PolicyEvaluator, Subjects.eventJob.filter({ state: 'accepted' })),
      publishes(Service.AuditWriter, Subjects.eventAudited.filter()),
      ...SERVICES.flatMap((service) => [
        publishes(service, Subjects.eventDeadLetter.filter({ service })),
        publishes(service, Subjects.eventRefused.filter({ service })),
      ]),
      publishes(Service.Gateway, Subjects.eventApiKey.filter()),
      publishes(Service.Gateway, Subjects.eventPolicyCheck.filter()),
      publishes(Service.PolicyEvaluator, Subjects.eventPolicy.filter()),
      publishes(Service.ApprovalService, Subjects.eventApproval.filter()),
      publishes(Service.ApprovalService, Subjects.eventReview.filter()),
      publishes(Service.OutputScanner, Subjects.eventOutput.filter()),
    ],
  },
  CONTROL: {
    name: 'CONTROL',
    subjects: ['control.>'],
    publishers: [publishes(Service.Scheduler, Subjects.controlStop.filter())],
  },
} as const satisfies Record<string, StreamSpec>;
export type StreamName = keyof typeof STREAMS;
export const STREAM_LIST: readonly StreamSpec[] = Object.values(STREAMS);

/** One durable pull consumer. */
export interface ConsumerSpec {
  readonly stream: StreamName;
  readonly durable: string;
  /** One filter or none: nats-server 2.9 has no more. */
  readonly filter?: string;
  readonly service: Service;
}

const consumer = (stream: StreamName, service: Service, filter?: string): ConsumerSpec => ({
  stream,
  durable: service,
  service,
  ...(filter === undefined ? {} : { filter }),
});

/** Every durable of the services on the road. Pools have one more each: {@link poolConsumer}. */
export const CONSUMERS = {
  evaluateJobs: consumer('JOBS', Service.PolicyEvaluator),
  scheduleDecisions: consumer('DECISIONS', Service.Scheduler),
  requestApprovals: consumer(
    'DECISIONS',
    Service.ApprovalService,
    Subjects.decision.filter({ effect: 'require_approval' }),
  ),
  scheduleApprovals: consumer('APPROVALS', Service.Scheduler, Subjects.approvalJob.filter()),
  releaseOutputs: consumer('APPROVALS', Service.OutputScanner, Subjects.approvalOutput.filter()),
  recordResults: consumer('RESULTS', Service.Scheduler),
  scanResults: consumer('RESULTS', Service.OutputScanner),
  concludeVerdicts: consumer('VERDICTS', Service.Scheduler),
  reviewQuarantine: consumer(
    'VERDICTS',
    Service.ApprovalService,
    Subjects.verdict.filter({ kind: 'quarantined' }),
  ),
  failDeadLettered: consumer('EVENTS', Service.Scheduler, Subjects.eventDeadLetter.filter()),
  withdrawEnded: consumer('EVENTS', Service.ApprovalService, 'event.job.>'),
  /** What the evaluator refused or could not handle, and will never decide. */
  endUndecided: consumer('EVENTS', Service.Gateway, 'event.policy-evaluator.*'),
  confirmQuarantine: consumer(
    'EVENTS',
    Service.OutputScanner,
    Subjects.eventJob.filter({ state: 'quarantined' }),
  ),
} as const satisfies Record<string, ConsumerSpec>;

/** The audit-writer's consumers: one without a filter on every stream. */
export const AUDIT_CONSUMERS: readonly ConsumerSpec[] = STREAM_LIST.map((stream) =>
  consumer(stream.name as StreamName, Service.AuditWriter),
);

/** The durable of a worker pool. */
export function poolConsumer(pool: string): Omit<ConsumerSpec, 'service'> {
  return { stream: 'DISPATCH', durable: `pool-${pool}`, filter: Subjects.dispatch.filter({ pool }) };
}

/** What the gateway asks the policy-evaluator. */
const POLICY_REQUESTS = [
  Subjects.policyCheck,
  Subjects.queryPolicyExplain,
  Subjects.queryPolicySimulate,
  Subjects.queryPolicyReplay,
  Subjects.queryPolicySnapshots,
  Subjects.queryPolicySnapshot,
  Subjects.commandPolicyPush,
  Subjects.commandPolicyActivate,
  Subjects.commandPolicyRollback,
] as const;

/** What the gateway asks the approval-service. */
const APPROVAL_REQUESTS = [
  Subjects.queryApprovalList,
  Subjects.queryApprovalGet,
  Subjects.queryApprovalGroups,
  Subjects.queryApprovalChanges,
  Subjects.commandApprovalResolve,
  Subjects.commandApprovalWithdraw,
  Subjects.commandApprovalComment,
  Subjects.commandApprovalEdit,
  Subjects.queryReviewList,
  Subjects.commandReviewSeen,
] as const;

/** What the output-scanner asks the gateway, which keeps what runs have uploaded. */
const BLOB_REQUESTS = [Subjects.queryBlob, Subjects.commandBlobWrite, Subjects.commandBlobCommit] as const;

/** Which service answers which requests, and who may ask. */
export const RESPONDERS: readonly {
  readonly service: Service;
  readonly subject: string;
  readonly callers: readonly (Service | 'pool' | 'producer')[];
}[] = [
  { service: Service.Scheduler, subject: Subjects.claim.filter(), callers: ['pool'] },
  { service: Service.Scheduler, subject: Subjects.heartbeat.filter(), callers: ['pool'] },
  { service: Service.Scheduler, subject: Subjects.queryJobGet.template, callers: [Service.Gateway] },
  { service: Service.Scheduler, subject: Subjects.queryJobList.template, callers: [Service.Gateway] },
  { service: Service.Scheduler, subject: Subjects.queryJobOutput.template, callers: [Service.Gateway] },
  { service: Service.Scheduler, subject: Subjects.commandJobCancel.template, callers: [Service.Gateway] },
  { service: Service.Scheduler, subject: Subjects.queryJwks.template, callers: [Service.Gateway, 'pool'] },
  ...BLOB_REQUESTS.map(({ template }) => ({
    service: Service.Gateway,
    subject: template,
    callers: [Service.OutputScanner],
  })),
  ...APPROVAL_REQUESTS.map(({ template }) => ({
    service: Service.ApprovalService,
    subject: template,
    callers: [Service.Gateway],
  })),
  ...POLICY_REQUESTS.map(({ template }) => ({
    service: Service.PolicyEvaluator,
    subject: template,
    callers: [Service.Gateway],
  })),
  {
    service: Service.PolicyEvaluator,
    subject: Subjects.commandPolicyReevaluate.template,
    callers: [Service.ApprovalService, Service.Scheduler],
  },
  {
    service: Service.PolicyEvaluator,
    subject: Subjects.queryPolicyOutput.template,
    callers: [Service.OutputScanner],
  },
  { service: Service.AuditWriter, subject: Subjects.queryTrace.template, callers: [Service.Gateway] },
  { service: Service.AuditWriter, subject: Subjects.queryAuditVerify.template, callers: [Service.Gateway] },
];
