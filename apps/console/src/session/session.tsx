import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, lazy, Suspense, useContext, useMemo, useState, type ReactNode } from 'react';
import { Client } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import type { Me, Role } from '../api/types.js';
import { Waiting } from '../shell/waiting.js';

// Who is signed in already does not wait for it.
const LoginPage = lazy(() => import('./login-page.js').then((page) => ({ default: page.LoginPage })));

/** Where the key is kept: in this tab, until it is closed. */
const KEY = 'countersign.key';

/** Who is signed in. */
export interface Session {
  readonly me: Me;
  readonly client: Client;
  /** Whether one of the roles is the caller's. */
  readonly isOneOf: (...roles: readonly Role[]) => boolean;
  /** Undefined where there is nothing to sign out of. */
  readonly signOut: (() => void) | undefined;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** The session. Throws outside of {@link WithSession}. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('there is no session here');
  return session;
}

/** Shows its children to who is known, and everybody else where to say who they are. */
export function WithSession({ children }: { readonly children: ReactNode }) {
  const [key, setKey] = useState<string | undefined>(() => sessionStorage.getItem(KEY) ?? undefined);
  const [isRefused, setRefused] = useState(false);
  const queries = useQueryClient();
  const client = useMemo(() => new Client(key, () => setRefused(true)), [key]);
  const me = useQuery({
    queryKey: ['me', key ?? ''],
    queryFn: ({ signal }) => client.ask<Me>('/api/v1/me', { signal }),
    retry: (_count, error) => !(error instanceof ApiProblem && error.status === 401),
    staleTime: Infinity,
  });
  const use = (next: string | undefined) => {
    if (next === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, next);
    // What another caller was shown is none of the next one's business.
    queries.clear();
    setRefused(false);
    setKey(next);
  };
  const session = useMemo<Session | undefined>(() => {
    if (me.data === undefined) return undefined;
    return {
      me: me.data,
      client,
      isOneOf: (...roles) => roles.some((role) => me.data.roles.includes(role)),
      signOut: signOutOf(me.data, key, client, () => use(undefined)),
    };
    // `use` is made anew with every render and does the same.
  }, [me.data, client, key]);

  if (isRefused)
    return (
      <Suspense fallback={<Waiting />}>
        <LoginPage wasRefused={key !== undefined} hadSession={me.data !== undefined} onKey={use} />
      </Suspense>
    );
  if (session === undefined) return <Waiting error={me.error} />;
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** How a caller signs out: of a key by forgetting it, of a session by ending it. */
function signOutOf(
  { verified_by: by }: Me,
  key: string | undefined,
  client: Client,
  forget: () => void,
): (() => void) | undefined {
  if (key !== undefined) return forget;
  if (by !== 'token') return undefined;
  // Without an answer the session goes on: saying otherwise would leave somebody signed in who thinks they are not.
  return () => void client.ask('/api/v1/console/sign-out', { method: 'POST' }).then(forget, () => undefined);
}
