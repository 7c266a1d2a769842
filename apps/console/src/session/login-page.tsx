import { Alert, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';

/** What a credential may be made of: what is sent in a header. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** Asks for an API key or a token. It goes to the gateway only, and is kept in this tab only. */
export function LoginPage(props: { readonly wasRefused: boolean; readonly onKey: (key: string) => void }) {
  const [key, setKey] = useState('');
  const given = key.trim();
  const isSendable = SENDABLE.test(given);
  return (
    <main className="login">
      <Paper withBorder p="xl" radius="md" className="login-card">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isSendable) props.onKey(given);
          }}
        >
          <Stack gap="md">
            <IconShieldCheck size={36} className="brand-mark" aria-hidden />
            <Title order={1} size="h3">
              Sign in to Countersign
            </Title>
            {props.wasRefused && (
              <Alert color="red" role="alert">
                This credential does not hold: it is unknown, has ended or was revoked.
              </Alert>
            )}
            <PasswordInput
              label="API key or token"
              description="Kept in this tab until you close it."
              autoComplete="off"
              spellCheck={false}
              autoFocus
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={given !== '' && !isSendable ? 'It has characters that no credential has.' : undefined}
            />
            <Button type="submit" disabled={!isSendable}>
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
