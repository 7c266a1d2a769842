import { Type } from '@sinclair/typebox';
import { Decision, ReasonCode } from '../vocabulary.js';
import * as names from './names.js';

const { closed, optional, text } = names;
const anything = (description: string) => Type.Unknown({ description });
const instant = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
    description,
  });

const job = Type.Object(
  {
    topic: Type.String({ pattern: '^job(\\.[a-z0-9_-]+)+$', maxLength: 255, description: 'Its topic.' }),
    tenant_id: text('Whose job it is.'),
    agent_id: text('The verified agent.'),
    action: optional(text("What it does; the topic's last token unless said.")),
    resource: optional(text('What it works on.')),
    params: optional(anything('Its parameters.')),
    risk_tags: optional(Type.Array(Type.String(), { description: 'Tags that the client claims.' })),
    labels: optional(Type.Record(Type.String(), Type.String(), { description: 'Labels.' })),
    capabilities: optional(Type.Array(Type.String(), { description: 'What the job may use.' })),
    job_id: optional(anything('Its id.')),
    task_id: optional(anything('The task it is a part of.')),
    estimate: optional(anything('What it may cost: tokens, usd.')),
    rationale: optional(anything('Why the agent wants it: reasoning, confidence.')),
    publish: optional(anything('A draft to be published.')),
    retry_safe: optional(anything('Whether it may be run twice.')),
    compensation: optional(anything('The job that undoes it.')),
    not_before: optional(anything('When it may start.')),
    deadline: optional(anything('Until when it is of use.')),
  },
  { ...closed, description: 'The job that is asked about.' },
);

const expectation = Type.Object(
  {
    decision: names.oneOf(Object.values(Decision), 'The decision.'),
    rule: optional(text('The id of the rule that decides.')),
    reason_code: optional(names.oneOf(Object.values(ReasonCode), 'Why.')),
    constraints: optional(anything('A part of the constraints that must be equal.')),
    obligations: optional(anything('A part of the obligations that must be equal.')),
    tags: optional(Type.Array(Type.String(), { description: 'All derived tags.' })),
  },
  { ...closed, description: 'What must be so; what is not named may be anything.' },
);

/** One entry of `tests`. */
export const testSchema = Type.Object(
  {
    name: text('What must be so.'),
    job,
    now: optional(instant('The time of the event.')),
    agent: optional(
      Type.Object(
        { producer: optional(text('Its account.')), by: optional(text('How it was verified.')) },
        { ...closed, description: 'What the broker or the gateway verified.' },
      ),
    ),
    expect: expectation,
  },
  { ...closed, description: 'A job and what must be decided about it.' },
);
