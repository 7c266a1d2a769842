import { Alert, Button, Divider, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { SignInLinks } from './sign-in-links.js';
import { useSignInFailure } from './sign-in-failure.js';
import { useSignInOptions } from './use-sign-in-options.js';

/** What a credential may be made of: what is sent in a header. */
const SENDABLE = /^[\x21-\x7e]+$/;

interface LoginProps {
  readonly wasRefused: boolean;
  /** Whether somebody was signed in here until now. */
  readonly hadSession: boolean;
  readonly onKey: (key: string) => void;
}

/** Asks who one is: by an issuer, or by an API key or a token, which goes to the gateway only and stays in this tab. */
export function LoginPage({ wasRefused, hadSession, onKey }: LoginProps) {
  const [key, setKey] = useState('');
  const options = useSignInOptions();
  const failure = useSignInFailure();
  const given = key.trim();
  const isSendable = SENDABLE.test(given);
  return (
    <main className="login">
      <Paper withBorder p="xl" radius="md" className="login-card">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isSendable) onKey(given);
          }}
        >
          <Stack gap="md">
            <IconShieldCheck size={36} className="brand-mark" aria-hidden />
            <Title order={1} size="h3">
              Sign in to Countersign
            </Title>
            {failure !== undefined && (
              <Alert color="red" role="alert">
                {failure}
              </Alert>
            )}
            {wasRefused && (
              <Alert color="red" role="alert">
                This credential does not hold: it is unknown, has ended or was revoked.
              </Alert>
            )}
            {hadSession && !wasRefused && (
              <Alert color="gray" role="status">
                Your session is over. Sign in again to go on where you were.
              </Alert>
            )}
            {options.length > 0 && (
              <>
                <SignInLinks options={options} />
                <Divider label="or" />
              </>
            )}
            <PasswordInput
              label="API key or token"
              description="Kept in this tab until you close it."
              autoComplete="off"
              spellCheck={false}
              autoFocus={options.length === 0}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={given !== '' && !isSendable ? 'It has characters that no credential has.' : undefined}
            />
            <Button type="submit" variant={options.length > 0 ? 'default' : 'filled'} disabled={!isSendable}>
              Sign in
            </Button>
            <Text size="xs" c="dimmed">
              An operator makes keys with <code>npm run keys</code>; a reviewer’s has the role reviewer.
            </Text>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
