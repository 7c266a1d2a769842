import { Service, Step } from '@countersign/contracts';

interface Asker {
  readonly service: Service;
  /** Whether a later message on the road answers the step. What nobody answers is written as answered. */
  readonly isAnswered: boolean;
}

const asks = (service: Service): Asker => ({ service, isAnswered: true });
const tells = (service: Service): Asker => ({ service, isAnswered: false });

/** Whose outbox holds the event of a step. Results are their worker's, which has no outbox here. */
const ASKER: Readonly<Record<Step, Asker | undefined>> = {
  [Step.Job]: asks(Service.Gateway),
  [Step.Decision]: asks(Service.PolicyEvaluator),
  [Step.Approval]: asks(Service.ApprovalService),
  [Step.OutputApproval]: asks(Service.ApprovalService),
  [Step.Offer]: asks(Service.Scheduler),
  [Step.Result]: undefined,
  [Step.Verdict]: asks(Service.OutputScanner),
  [Step.Release]: asks(Service.OutputScanner),
  [Step.Output]: tells(Service.Scheduler),
};

const STEPS = new Map<string, Asker | undefined>(Object.entries(ASKER));
const JOB_EVENT = tells(Service.Scheduler);
const EVENT_ID = /^[^:]+:[a-z-]+:\d+:[0-9a-f]{16}$/;

/** The service whose outbox holds an event, by its id; undefined when it is nobody's. */
export function stepOwner(eventId: string): Service | undefined {
  return askerOf(eventId)?.service;
}

/** Whether an event, by its id, asks for something that a later message answers. */
export function isAnswered(eventId: string): boolean {
  return askerOf(eventId)?.isAnswered ?? false;
}

function askerOf(eventId: string): Asker | undefined {
  if (!EVENT_ID.test(eventId)) return undefined;
  const from = eventId.indexOf(':') + 1;
  const step = eventId.slice(from, eventId.indexOf(':', from));
  return step.startsWith('event-') ? JOB_EVENT : STEPS.get(step);
}
