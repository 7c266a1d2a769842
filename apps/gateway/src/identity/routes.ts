import { Role } from './caller.js';

/** The two callers that a request on loopback without credentials can be: who sends jobs and who watches over them. */
export const Side = { Producer: 'producer', Operator: 'operator' } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** Who may use a route, and as whom somebody on loopback without credentials does. */
export interface RouteRule {
  /** One of these is enough. */
  readonly roles: readonly Role[];
  readonly side: Side;
  /** Only a run may use it, and shows its warrant in the place of credentials. */
  readonly byWarrant?: true;
}

/** A route that asks for no caller: it tells nothing of any tenant. */
export const PUBLIC = 'public';

const { Producer, Worker, Reviewer, Auditor, Operator } = Role;

/**
 * Who may do what: every route of the API, by its operation id. The gateway does not start with a route that has no row
 * here, or a row that has no route.
 */
export const ROUTES = {
  submitJob: { roles: [Producer], side: Side.Producer },
  listJobs: { roles: [Producer, Reviewer, Auditor, Operator], side: Side.Producer },
  getJob: { roles: [Producer, Reviewer, Auditor, Operator], side: Side.Producer },
  getJobOutput: { roles: [Producer, Operator], side: Side.Producer },
  cancelJob: { roles: [Producer, Operator], side: Side.Producer },
  listApprovals: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  groupApprovals: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  streamApprovals: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  resolveApprovals: { roles: [Reviewer], side: Side.Operator },
  getApproval: { roles: [Producer, Reviewer, Auditor, Operator], side: Side.Operator },
  editApproval: { roles: [Reviewer], side: Side.Operator },
  commentApproval: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  withdrawApproval: { roles: [Producer, Operator], side: Side.Producer },
  approveJob: { roles: [Reviewer], side: Side.Operator },
  denyJob: { roles: [Reviewer], side: Side.Operator },
  listReviews: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  markReviewSeen: { roles: [Reviewer], side: Side.Operator },
  getTrace: { roles: [Auditor, Operator], side: Side.Operator },
  verifyAudit: { roles: [Auditor, Operator], side: Side.Operator },
  getWarrantKeys: { roles: [Producer, Worker, Reviewer, Auditor, Operator], side: Side.Producer },
  putBlob: { roles: [Worker], side: Side.Producer, byWarrant: true },
  getBlob: { roles: [Producer, Reviewer, Operator], side: Side.Producer },
  getCaller: { roles: [Producer, Worker, Reviewer, Auditor, Operator], side: Side.Operator },
  checkPolicy: { roles: [Producer], side: Side.Producer },
  explainPolicy: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  simulatePolicy: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  replayPolicy: { roles: [Operator], side: Side.Operator },
  listPolicies: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  getActivePolicy: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  getPolicy: { roles: [Reviewer, Auditor, Operator], side: Side.Operator },
  pushPolicy: { roles: [Operator], side: Side.Operator },
  activatePolicy: { roles: [Operator], side: Side.Operator },
  rollbackPolicy: { roles: [Operator], side: Side.Operator },
  // Asks for no caller: whoever signs for a configured workspace is who that workspace says.
  slackCallback: PUBLIC,
  signInOptions: PUBLIC,
  startSignIn: PUBLIC,
  finishSignIn: PUBLIC,
  signOut: PUBLIC,
  live: PUBLIC,
  ready: PUBLIC,
  docs: PUBLIC,
} as const satisfies Readonly<Record<string, RouteRule | typeof PUBLIC>>;
export type Route = keyof typeof ROUTES;

/** Whether a text is one of {@link ROUTES}. */
export function isRoute(name: string): name is Route {
  return Object.hasOwn(ROUTES, name);
}

/** The row of a route. */
export function ruleOf(route: Route): RouteRule | typeof PUBLIC {
  return ROUTES[route];
}
