import { Alert, Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { problemOf } from '../api/client.js';
import { useSession } from '../session/session.js';
import { Facts } from '../shell/facts.js';
import { Tags } from '../shell/tags.js';
import { Waiting } from '../shell/waiting.js';
import { Queues } from './queues.js';

/** Milliseconds between two looks. */
const EVERY_MS = 5000;

interface Readiness {
  readonly checks?: Readonly<Record<string, boolean>>;
  readonly [member: string]: unknown;
}

/** How the platform is, and who is looking. */
export function SystemPage() {
  const { client, me } = useSession();
  const ready = useQuery({
    queryKey: ['ready'],
    queryFn: async ({ signal }) => {
      const response = await client.send('/health/ready', { signal });
      const text = await response.text();
      const isReady = response.ok;
      const answer = (isReady ? JSON.parse(text) : problemOf(response, text).members) as Readiness;
      return { isReady, answer };
    },
    refetchInterval: EVERY_MS,
  });
  return (
    <div className="plain-page">
      <header className="page-head">
        <h1>System</h1>
      </header>
      {ready.data === undefined ? (
        <Waiting error={ready.error} />
      ) : (
        <section className="panel" aria-label="Health">
          <h3>Gateway</h3>
          <Alert color={ready.data.isReady ? 'teal' : 'red'} role="status">
            {ready.data.isReady ? 'Ready: its database and its broker answer.' : 'Not ready.'}
          </Alert>
          <Facts
            rows={[
              ...Object.entries(ready.data.answer.checks ?? {}).map(
                ([name, isWell]) =>
                  [
                    name,
                    <Badge key={name} color={isWell ? 'teal' : 'red'}>
                      {isWell ? 'answers' : 'silent'}
                    </Badge>,
                  ] as const,
              ),
              ...settingsOf(ready.data.answer),
            ]}
          />
        </section>
      )}
      <Queues />
      <section className="panel" aria-label="You">
        <h3>You</h3>
        <Facts
          rows={[
            ['Name', me.name],
            ['Tenant', me.tenant_id],
            ['Roles', <Tags key="roles" words={me.roles} />],
            ['Groups', me.groups.length === 0 ? null : <Tags key="groups" words={me.groups} />],
            [
              'Known by',
              me.verified_by === 'loopback' ? 'nothing: local callers need no credentials' : me.verified_by,
            ],
          ]}
        />
      </section>
      <p className="muted">
        The API is described at <a href="/api/docs">/api/docs</a>.
      </p>
    </div>
  );
}

function settingsOf({ policy_check: check }: Readiness): readonly (readonly [string, string])[] {
  if (typeof check !== 'object' || check === null) return [];
  return Object.entries(check).map(([name, value]) => [name.replaceAll('_', ' '), String(value)]);
}
