import { Button } from '@mantine/core';

const TRACE_ID = /^[0-9a-f]{32}$/;

/** Where to look at the spans of a trace; nothing where they are nowhere to be seen. */
export function TraceLink(props: { readonly template: string | null | undefined; readonly trace: string }) {
  if (typeof props.template !== 'string' || !TRACE_ID.test(props.trace)) return null;
  return (
    <Button
      component="a"
      href={props.template.replace('{trace_id}', props.trace)}
      target="_blank"
      rel="noopener noreferrer"
      size="compact-sm"
      variant="light"
    >
      Spans
    </Button>
  );
}
