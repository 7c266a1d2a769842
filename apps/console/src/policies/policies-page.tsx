import { Alert, Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyRule, WholePolicy } from '../api/types.js';
import { ValueTree } from '../payload/value-tree.js';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { Facts } from '../shell/facts.js';
import { Hash } from '../shell/hash.js';
import { Moment } from '../shell/moment.js';
import { Waiting } from '../shell/waiting.js';
import { TryAJob } from './try-a-job.js';

/** Milliseconds between two looks at which policy is in force. */
const EVERY_MS = 10_000;

/** The policy that decides, its rules, and what it would say of a job. */
export function PoliciesPage() {
  const { client } = useSession();
  const { data: policy, error } = useQuery({
    queryKey: ['policy'],
    queryFn: ({ signal }) => client.ask<WholePolicy>('/api/v1/policies/active', { signal }),
    refetchInterval: EVERY_MS,
  });
  if (policy === undefined) return <Waiting error={error} />;
  const { health, rules_shown: rules } = policy;
  return (
    <div className="plain-page">
      <header className="page-head">
        <h1>Policies</h1>
      </header>
      {health?.problem !== undefined && health.problem !== null && (
        <Alert color="red" role="alert" title="A newer policy is refused">
          <ValueTree value={health.problem} />
        </Alert>
      )}
      <div className="panels">
        <section className="panel" aria-label="In force">
          <h3>In force</h3>
          <Facts
            rows={[
              ['Digest', <Hash key="digest" value={policy.snapshot} />],
              ['Name', policy.policy_id === null ? null : <Revealed key="name" text={policy.policy_id} />],
              [
                'Version',
                policy.policy_version === null ? null : <Revealed key="v" text={policy.policy_version} />,
              ],
              ['Rules', String(policy.rules)],
              ['Warnings', policy.warnings === 0 ? null : String(policy.warnings)],
              ['Pushed by', <Revealed key="by" text={policy.pushed_by} />],
              ['Pushed', <Moment key="at" at={policy.pushed_at} />],
            ]}
          />
        </section>
        <TryAJob />
      </div>
      <section className="panel" aria-label="Rules">
        <h3>Rules</h3>
        {rules === null ? (
          <p className="muted">They are too many to be shown.</p>
        ) : (
          <ul className="rules">
            {rules.map((rule, i) => (
              <Rule key={rule.id ?? i} rule={rule} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

const COLORS: Readonly<Record<string, string>> = { allow: 'teal', deny: 'red', require_approval: 'yellow' };

function Rule({ rule }: { readonly rule: PolicyRule }) {
  const [isOpen, setOpen] = useState(false);
  const { id, decision, reason, ...rest } = rule;
  const effect = typeof decision === 'string' ? decision.toLowerCase() : '';
  return (
    <li>
      <button type="button" className="rule-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Badge color={COLORS[effect] ?? 'gray'} variant="light" radius="sm">
          {effect === '' ? 'rule' : effect.replaceAll('_', ' ')}
        </Badge>
        <span className="rule-id">
          <Revealed text={id ?? 'unnamed'} />
        </span>
        {typeof reason === 'string' && (
          <span className="muted">
            <Revealed text={reason} />
          </span>
        )}
      </button>
      {isOpen && (
        <div className="rule-body">
          <ValueTree value={rest} />
        </div>
      )}
    </li>
  );
}
