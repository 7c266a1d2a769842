/** An instant, in the reader's own time; exactly when it is pointed at. */
export function Moment({ at }: { readonly at: string }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = isToday ? date.toLocaleTimeString() : date.toLocaleString();
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}
