import { useEffect, useState } from 'react';

/** Why nobody was signed in, by the word in the address that the gateway sends a browser to. */
const FAILURES: Readonly<Record<string, string>> = {
  no_attempt: 'Signing in took too long, or was begun in another browser. Try again.',
  refused: 'The sign-in was refused. Try again; if it goes on, tell who runs the platform.',
  unknown: 'You are signed in there, but have no role here. Ask who runs the platform for one.',
  unavailable: 'Nobody can be signed in right now: the other side does not answer. Try again.',
};

/** What the address says of a sign-in that failed. It is said once: the address is itself again afterwards. */
export function useSignInFailure(): string | undefined {
  const [failure] = useState(() => failureIn(window.location.search));
  useEffect(() => {
    if (failure !== undefined) window.history.replaceState(null, '', window.location.pathname);
  }, [failure]);
  return failure;
}

/** The words for a failure in the query of an address; undefined where there is none. */
export function failureIn(search: string): string | undefined {
  const word = new URLSearchParams(search).get('sign_in');
  if (word === null) return undefined;
  return Object.hasOwn(FAILURES, word) ? FAILURES[word] : FAILURES['refused'];
}
