/** Why an answer to a question is refused, in words. */
export const REFUSALS = {
  not_found: 'There is no such approval.',
  stale_request: 'It is not what you have seen any more. Look at it again.',
  already_resolved: 'The approval is resolved already.',
  expired: 'The time to answer has passed.',
  self_approval: 'Whoever asked for a job may not approve it, by whatever credential.',
  not_a_person: 'Only people answer, and no credential of a program.',
  submitter_unknown: 'It is not known who asked for this job, so nobody may approve it.',
  not_in_group: 'The rule wants a reviewer of another group.',
  already_voted: 'Another reviewer is wanted; this vote is counted already.',
  confirmation_required: 'Type the name of the action as confirm.',
  policy_changed: 'The policy has changed and denies this job now.',
  policy_denies: 'The policy denies the edited job; the original still waits.',
  nothing_edited: 'These are the params that the job has.',
  too_large: 'The edited job is larger than a job may be.',
  invalid_field: 'The edited params can not be those of a job.',
  too_many_comments: 'There are as many comments as there may be.',
} as const;
