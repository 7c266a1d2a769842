// The contract's tables, written out again by hand. The rights that the broker is configured with are compared with
// what stands here, so nothing here may be derived from them.

/** The identities of the topology that the matrix is tried on, and of every topology. */
export const PRODUCERS = [
  { name: 'p1', tenant: 't1' },
  { name: 'p2', tenant: 't2' },
] as const;
export const POOLS = ['a', 'b'] as const;
export const SERVICES = [
  'gateway',
  'policy-evaluator',
  'approval-service',
  'scheduler',
  'output-scanner',
  'audit-writer',
] as const;
export const RESPONDING = [
  'gateway-rpc',
  'policy-evaluator-rpc',
  'scheduler-rpc',
  'approval-service-rpc',
  'audit-writer-rpc',
] as const;
export const USERS: readonly string[] = [
  'sys',
  'provisioner',
  ...SERVICES,
  ...RESPONDING,
  ...PRODUCERS.map(({ name }) => `producer-${name}`),
  ...POOLS.map((pool) => `pool-${pool}`),
];

/** What stands for a parameter in a concrete subject. */
export interface Place {
  readonly producer: string;
  readonly tenant: string;
  readonly pool: string;
  readonly service: string;
  readonly effect: string;
  readonly outcome: string;
  readonly kind: string;
  readonly state: string;
  readonly change: string;
}

/** Who may say a subject, and who may hear it. */
export interface Row {
  readonly says: (at: Place) => readonly string[];
  readonly hears: (at: Place) => readonly string[];
}

const only =
  (...users: string[]) =>
  (): readonly string[] =>
    users;
const nobody = only();
const ifKnown = (user: string, known: boolean) => (known ? [user] : []);
const itself = ({ service }: Place) =>
  ifKnown(
    service,
    SERVICES.some((one) => one === service),
  );
const thatPool = ({ pool }: Place) =>
  ifKnown(
    `pool-${pool}`,
    POOLS.some((one) => one === pool),
  );
/** A producer is told of its own tenant's jobs, and of nothing else under its name. */
const thatProducer = ({ producer, tenant }: Place) =>
  ifKnown(
    `producer-${producer}`,
    PRODUCERS.some((one) => one.name === producer && one.tenant === tenant),
  );
const everyPool = POOLS.map((pool) => `pool-${pool}`);
const asked = (responder: string, ...callers: string[]): Row => ({
  says: only(...callers),
  hears: only(responder),
});

/** One row for each subject of the contract. */
export const ROWS: Readonly<Record<string, Row>> = {
  job: { says: only('producer-p1', 'producer-p2'), hears: nobody },
  // A producer's jobs come in by the import of its account, which names it. The gateway's are those of HTTP, the
  // approval-service's those that a reviewer has edited, the policy-evaluator's those that it had findings taken out of.
  jobFrom: {
    says: ({ producer }) =>
      ifKnown(producer, ['gateway', 'approval-service', 'policy-evaluator'].includes(producer)),
    hears: nobody,
  },
  decision: { says: only('policy-evaluator'), hears: nobody },
  approvalJob: { says: only('approval-service'), hears: nobody },
  approvalOutput: { says: only('approval-service'), hears: nobody },
  dispatch: { says: only('scheduler'), hears: nobody },
  result: { says: thatPool, hears: nobody },
  verdict: { says: only('output-scanner'), hears: nobody },
  output: { says: only('scheduler'), hears: thatProducer },
  eventJob: {
    says: ({ state }) => ['scheduler', ...ifKnown('policy-evaluator', state === 'accepted')],
    hears: thatProducer,
  },
  eventAudited: { says: only('audit-writer'), hears: itself },
  eventDeadLetter: { says: itself, hears: nobody },
  eventRefused: { says: itself, hears: nobody },
  eventApiKey: { says: only('gateway'), hears: nobody },
  eventPolicy: { says: only('policy-evaluator'), hears: nobody },
  eventApproval: { says: only('approval-service'), hears: nobody },
  eventReview: { says: only('approval-service'), hears: nobody },
  eventOutput: { says: only('output-scanner'), hears: nobody },
  eventPolicyCheck: { says: only('gateway'), hears: nobody },
  controlStop: { says: only('scheduler'), hears: thatPool },
  claim: { says: thatPool, hears: only('scheduler-rpc') },
  heartbeat: { says: thatPool, hears: only('scheduler-rpc') },
  queryJobGet: asked('scheduler-rpc', 'gateway'),
  queryJobList: asked('scheduler-rpc', 'gateway'),
  queryJobOutput: asked('scheduler-rpc', 'gateway'),
  commandJobCancel: asked('scheduler-rpc', 'gateway'),
  queryJwks: asked('scheduler-rpc', 'gateway', ...everyPool),
  queryApprovalList: asked('approval-service-rpc', 'gateway'),
  queryApprovalGet: asked('approval-service-rpc', 'gateway'),
  queryApprovalGroups: asked('approval-service-rpc', 'gateway'),
  queryApprovalChanges: asked('approval-service-rpc', 'gateway'),
  commandApprovalResolve: asked('approval-service-rpc', 'gateway'),
  commandApprovalWithdraw: asked('approval-service-rpc', 'gateway'),
  commandApprovalComment: asked('approval-service-rpc', 'gateway'),
  commandApprovalEdit: asked('approval-service-rpc', 'gateway'),
  queryReviewList: asked('approval-service-rpc', 'gateway'),
  commandReviewSeen: asked('approval-service-rpc', 'gateway'),
  policyCheck: asked('policy-evaluator-rpc', 'gateway'),
  queryPolicyExplain: asked('policy-evaluator-rpc', 'gateway'),
  queryPolicySimulate: asked('policy-evaluator-rpc', 'gateway'),
  queryPolicyReplay: asked('policy-evaluator-rpc', 'gateway'),
  queryPolicySnapshots: asked('policy-evaluator-rpc', 'gateway'),
  queryPolicySnapshot: asked('policy-evaluator-rpc', 'gateway'),
  commandPolicyPush: asked('policy-evaluator-rpc', 'gateway'),
  commandPolicyActivate: asked('policy-evaluator-rpc', 'gateway'),
  commandPolicyRollback: asked('policy-evaluator-rpc', 'gateway'),
  commandPolicyReevaluate: asked('policy-evaluator-rpc', 'approval-service', 'scheduler'),
  queryPolicyOutput: asked('policy-evaluator-rpc', 'output-scanner'),
  queryBlob: asked('gateway-rpc', 'output-scanner'),
  commandBlobWrite: asked('gateway-rpc', 'output-scanner'),
  commandBlobCommit: asked('gateway-rpc', 'output-scanner'),
  queryTrace: asked('audit-writer-rpc', 'gateway'),
  queryAuditVerify: asked('audit-writer-rpc', 'gateway'),
};

/** Who reads each stream by a durable of its own name. The audit-writer reads all; a pool reads its durable of DISPATCH. */
export const READERS: Readonly<Record<string, readonly string[]>> = {
  JOBS: ['policy-evaluator', 'audit-writer'],
  DECISIONS: ['scheduler', 'approval-service', 'audit-writer'],
  APPROVALS: ['scheduler', 'output-scanner', 'audit-writer'],
  DISPATCH: ['audit-writer', ...everyPool],
  RESULTS: ['scheduler', 'output-scanner', 'audit-writer'],
  VERDICTS: ['scheduler', 'approval-service', 'audit-writer'],
  OUTPUTS: ['audit-writer'],
  EVENTS: ['scheduler', 'approval-service', 'gateway', 'output-scanner', 'audit-writer'],
  CONTROL: ['audit-writer'],
};
