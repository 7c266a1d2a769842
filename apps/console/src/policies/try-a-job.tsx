import { Alert, Badge, Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../api/problem.js';
import type { Explanation } from '../api/types.js';
import { editableJson, readEdited } from '../payload/editable-json.js';
import { ValueTree } from '../payload/value-tree.js';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { Tags } from '../shell/tags.js';

/** Asks the policy about a job that is not sent: what it would decide, and of each rule why or why not. */
export function TryAJob() {
  const { client, me } = useSession();
  const [text, setText] = useState(() =>
    editableJson({
      topic: 'job.mcp-bridge.write.update_ticket',
      tenant_id: me.tenant_id,
      risk_tags: ['prod'],
    }),
  );
  const read = readEdited(text);
  const ask = useMutation({
    mutationFn: (job: unknown) =>
      client.ask<Explanation>('/api/v1/policy/explain', { method: 'POST', body: { job } }),
  });
  return (
    <section className="panel" aria-label="Try a job">
      <h3>Try a job</h3>
      <Textarea
        aria-label="A job (JSON)"
        rows={6}
        spellCheck={false}
        classNames={{ input: 'json-field' }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={'problem' in read ? read.problem : undefined}
      />
      <Button
        mt="xs"
        size="xs"
        variant="light"
        loading={ask.isPending}
        disabled={!('value' in read)}
        onClick={() => 'value' in read && ask.mutate(read.value)}
      >
        What would be decided?
      </Button>
      {ask.error && (
        <Alert color="red" mt="xs" role="alert">
          <Revealed text={wordsOf(ask.error)} />
        </Alert>
      )}
      {ask.data && <Answer {...ask.data} />}
    </section>
  );
}

function Answer({ decision, rules, next }: Explanation) {
  return (
    <div className="explanation" role="status">
      <p>
        <Badge radius="sm">{decision.type.replaceAll('_', ' ').toLowerCase()}</Badge>{' '}
        <Revealed text={decision.reason} />
      </p>
      <Tags words={decision.rule_ids} />
      <h4>Each rule</h4>
      <ValueTree value={rules} depth={4} />
      {next !== null && <p className="muted">There are more rules than are shown.</p>}
    </div>
  );
}
