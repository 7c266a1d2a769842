import { Badge } from '@mantine/core';

const COLORS: Readonly<Record<string, string>> = {
  COMPLETED: 'teal',
  RUNNING: 'cyan',
  SCANNING: 'cyan',
  DISPATCHED: 'cyan',
  SCHEDULED: 'cyan',
  PENDING_APPROVAL: 'yellow',
  QUARANTINED: 'grape',
  DENIED: 'red',
  REJECTED: 'red',
  FAILED: 'red',
  WITHHELD: 'red',
  TIMED_OUT: 'orange',
  EXPIRED: 'orange',
};

/** Where a job is, in a word and a colour. */
export function StateBadge({ state }: { readonly state: string }) {
  return (
    <Badge
      color={COLORS[state] ?? 'gray'}
      variant="light"
      radius="sm"
      data-testid="job-state"
      data-state={state}
    >
      {state.replaceAll('_', ' ').toLowerCase()}
    </Badge>
  );
}
