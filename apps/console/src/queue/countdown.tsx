import { inWords, useSecondsLeft } from './use-countdown.js';

/** Seconds from which on a deadline is near. */
const NEAR = 60;

/** How long an approval can still be answered. */
export function Countdown({ expiresAt }: { readonly expiresAt: string }) {
  const left = useSecondsLeft(expiresAt);
  if (left === 0) return <span className="countdown countdown-over">expired</span>;
  return (
    <time
      className={left <= NEAR ? 'countdown countdown-near' : 'countdown'}
      dateTime={expiresAt}
      title={`by the server’s clock, at ${new Date(expiresAt).toLocaleTimeString()}`}
    >
      {inWords(left)}
    </time>
  );
}
