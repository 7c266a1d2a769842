import { Type, type Static } from '@sinclair/typebox';
import {
  JobRequestMember,
  PolicyFiles,
  PolicyExplainRequest,
  PolicyReplayRequest,
  PolicySimulateRequest,
} from '@countersign/contracts';

const closed = { additionalProperties: false } as const;
const { snapshot, now, after, limit, job_id } = PolicyExplainRequest.properties;
const { sources } = PolicySimulateRequest.properties;
const { from, to } = PolicyReplayRequest.properties;

/** Why a job would be decided as it would be, or why a known one was: one of `job` and `job_id`. */
export const ExplainBody = Type.Object(
  { job: Type.Optional(JobRequestMember), job_id, snapshot, now, after, limit },
  closed,
);
export type ExplainBody = Static<typeof ExplainBody>;

/** What another policy would decide about a job: a stored one, or the files of one. */
export const SimulateBody = Type.Object({ job: JobRequestMember, snapshot, files: sources, now }, closed);
export type SimulateBody = Static<typeof SimulateBody>;

/** Which recorded decisions to make again, and under which policy. */
export const ReplayBody = Type.Object({ snapshot, files: sources, from, to }, closed);
export type ReplayBody = Static<typeof ReplayBody>;

export const PushBody = Type.Object({ files: PolicyFiles }, closed);

const Note = Type.Optional(Type.String({ maxLength: 4096 }));
/** Under which condition a policy is put into force, and why. */
export const ActivateBody = Type.Object({ expected_active: snapshot, note: Note }, closed);
