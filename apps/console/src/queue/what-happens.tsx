import { Badge } from '@mantine/core';
import type { Approval, CanonicalJob } from '../api/types.js';
import { Payload } from '../payload/payload.js';
import { ValueTree } from '../payload/value-tree.js';
import { Revealed } from '../reveal/revealed.js';
import { Facts } from '../shell/facts.js';
import { Tags } from '../shell/tags.js';

/** What will be done: first the bytes that do it, then all else that the job says. */
export function WhatHappens({ approval, job }: { readonly approval: Approval; readonly job: CanonicalJob }) {
  const { estimate, labels = {}, action, resource } = job;
  return (
    <>
      <Payload
        label={approval.kind === 'output' ? 'What was done with' : 'What will be done'}
        value={job.params}
      />
      <section className="panel" aria-label="On what">
        <Facts
          rows={[
            ['Topic', <code key="topic">{job.topic}</code>],
            ['Action', action === undefined ? null : <Revealed key="action" text={action} />],
            ['On', resource === undefined ? null : <ValueTree key="resource" value={resource} />],
            ['Estimated cost', estimate === undefined ? null : <Cost key="cost" {...estimate} />],
            ['Risk tags', tags(job.risk_tags)],
            ['Capabilities', tags(job.capabilities)],
            ['Labels', Object.keys(labels).length === 0 ? null : <ValueTree key="labels" value={labels} />],
            ['Deadline', job.deadline],
            [
              'Undone by',
              job.compensation === undefined ? null : <ValueTree key="undo" value={job.compensation} />,
            ],
          ]}
        />
      </section>
    </>
  );
}

const tags = (words: readonly string[] | undefined) =>
  words === undefined || words.length === 0 ? null : <Tags words={words} />;

function Cost({ usd, tokens }: { readonly usd?: number; readonly tokens?: number }) {
  return (
    <>
      {usd !== undefined && (
        <Badge color="yellow" variant="light" radius="sm" tt="none" mr="xs">
          ${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}
        </Badge>
      )}
      {tokens !== undefined && `${tokens.toLocaleString('en')} tokens `}
      <span className="muted">by the agent’s own estimate</span>
    </>
  );
}
