import { Button, Stack } from '@mantine/core';
import { useLocation } from 'wouter';
import { Revealed } from '../reveal/revealed.js';
import type { SignInOption } from './use-sign-in-options.js';

/** The issuers by which people sign in; each brings them back to the page that they are on. */
export function SignInLinks({ options }: { readonly options: readonly SignInOption[] }) {
  const [path] = useLocation();
  return (
    <Stack gap="xs">
      {options.map(({ id, name }) => (
        <Button
          key={id}
          component="a"
          href={`/api/v1/console/sign-in/${encodeURIComponent(id)}?to=${encodeURIComponent(path)}`}
        >
          Sign in with&nbsp;
          <Revealed text={name} />
        </Button>
      ))}
    </Stack>
  );
}
