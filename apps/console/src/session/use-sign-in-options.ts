import { useQuery } from '@tanstack/react-query';
import { Client } from '../api/client.js';

/** An issuer by which people sign in. */
export interface SignInOption {
  readonly id: string;
  readonly name: string;
}

/** Asks as nobody: whoever is to sign in is nobody yet. */
const nobody = new Client(undefined, () => undefined);

/** The issuers by which people sign in; none while that is not known. */
export function useSignInOptions(): readonly SignInOption[] {
  const { data } = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: ({ signal }) =>
      nobody.ask<{ readonly items: readonly SignInOption[] }>('/api/v1/console/sign-in', { signal }),
    staleTime: Infinity,
  });
  return data?.items ?? [];
}
