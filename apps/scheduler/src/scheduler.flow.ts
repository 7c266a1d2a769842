import { CONSUMERS, Subjects } from '@countersign/contracts';

/** What the scheduler reads, answers and says. */
export const schedulerFlow = {
  consumes: [
    CONSUMERS.scheduleDecisions,
    CONSUMERS.scheduleApprovals,
    CONSUMERS.recordResults,
    CONSUMERS.concludeVerdicts,
    CONSUMERS.failDeadLettered,
  ],
  answers: [
    Subjects.claim,
    Subjects.heartbeat,
    Subjects.commandJobCancel,
    Subjects.queryJobGet,
    Subjects.queryJobList,
    Subjects.queryJobOutput,
    Subjects.queryJwks,
  ],
  publishes: [
    Subjects.dispatch,
    Subjects.output,
    Subjects.eventJob,
    Subjects.controlStop,
    Subjects.eventDeadLetter,
    Subjects.eventRefused,
  ],
} as const;
