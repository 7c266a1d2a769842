import { AUDIT_CONSUMERS, CONSUMERS, EventType, Service, type ConsumerSpec } from '@countersign/contracts';

/** Where a process is killed: before or after a durable step of the road. */
export interface CrashPoint {
  readonly part: Service | 'effects';
  readonly point: string;
}

const around = (part: CrashPoint['part'], step: string, detail = ''): CrashPoint[] =>
  ['before', 'after'].map((side) => {
    const [where, what] = step.split('.');
    return { part, point: `${where}.${side}-${what}${detail}` };
  });

const hop = (consumer: ConsumerSpec): CrashPoint[] => {
  const { stream, durable, service } = consumer;
  const points = [
    ...around(service, 'road.commit', ` ${stream}/${durable}`),
    ...around(service, 'bus.ack', ` ${stream}/${durable}`),
  ];
  // A verdict brings its result along, and mostly comes first: then the result itself has nothing to commit.
  return consumer === CONSUMERS.recordResults ? points.slice(1) : points;
};

/** What each service says on the road of a job that is approved and runs. */
const SAYS: readonly (readonly [Service, string])[] = [
  [Service.Gateway, EventType.Job],
  [Service.PolicyEvaluator, EventType.Decision],
  [Service.ApprovalService, EventType.ApprovalResolved],
  [Service.Scheduler, EventType.Offer],
  [Service.Scheduler, EventType.JobEvent],
  [Service.OutputScanner, EventType.Verdict],
  [Service.Scheduler, EventType.Output],
  [Service.AuditWriter, EventType.Audited],
];

/** Consumers that a job passes which is approved, runs and has a clean output. */
const PASSED: readonly ConsumerSpec[] = [
  CONSUMERS.evaluateJobs,
  CONSUMERS.requestApprovals,
  CONSUMERS.scheduleDecisions,
  CONSUMERS.scheduleApprovals,
  CONSUMERS.recordResults,
  CONSUMERS.scanResults,
  CONSUMERS.concludeVerdicts,
];

/** Both sides of every durable step on the road of a job that is approved and runs; one process's points together. */
export const ROAD_POINTS: readonly CrashPoint[] = byPart([
  ...Object.values(Service).flatMap((service) => around(service, 'database.commit')),
  ...SAYS.flatMap(([service, type]) => around(service, 'bus.publish', ` ${type}`)),
  ...PASSED.flatMap(hop),
  ...AUDIT_CONSUMERS.filter(({ stream }) => stream !== 'CONTROL').flatMap(({ stream, durable, service }) => [
    { part: service, point: `audit.after-commit ${stream}` },
    ...around(service, 'bus.ack', ` ${stream}/${durable}`),
  ]),
  ...around('effects', 'bus.request', ' claim.example'),
  ...around('effects', 'bus.ack', ' DISPATCH/pool-example'),
  ...around('effects', 'bus.publish', ` ${EventType.Result}`),
  { part: 'effects', point: 'worker.after-claim' },
]);

function byPart(points: readonly CrashPoint[]): readonly CrashPoint[] {
  return points.toSorted((a, b) => (a.part < b.part ? -1 : a.part > b.part ? 1 : 0));
}

/** One of each kind: what `npm test` has time for. */
export const FEW_POINTS: readonly CrashPoint[] = [
  { part: Service.Scheduler, point: 'road.before-commit DECISIONS/scheduler' },
  { part: Service.Scheduler, point: `bus.before-publish ${EventType.Offer}` },
  { part: Service.AuditWriter, point: 'audit.after-commit RESULTS' },
];
