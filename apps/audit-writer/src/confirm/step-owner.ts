import { Service, Step } from '@countersign/contracts';

/** Whose outbox holds the event of a step. Results are their worker's, which has no outbox here. */
const OWNER: Readonly<Record<Step, Service | undefined>> = {
  [Step.Job]: Service.Gateway,
  [Step.Decision]: Service.PolicyEvaluator,
  [Step.Approval]: Service.ApprovalService,
  [Step.OutputApproval]: Service.ApprovalService,
  [Step.Offer]: Service.Scheduler,
  [Step.Result]: undefined,
  [Step.Verdict]: Service.OutputScanner,
  [Step.Release]: Service.OutputScanner,
  [Step.Output]: Service.Scheduler,
};

const STEPS = new Map<string, Service | undefined>(Object.entries(OWNER));
const EVENT_ID = /^[^:]+:([a-z-]+):\d+:[0-9a-f]{16}$/;

/** The service whose outbox holds an event, by its id; undefined when it is nobody's. */
export function stepOwner(eventId: string): Service | undefined {
  const step = EVENT_ID.exec(eventId)?.[1];
  if (step === undefined) return undefined;
  return step.startsWith('event-') ? Service.Scheduler : STEPS.get(step);
}
