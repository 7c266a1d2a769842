import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { HiddenBanner } from '../payload/hidden-banner.js';
import { Payload } from '../payload/payload.js';
import { findHidden } from '../reveal/find-hidden.js';
import { useSession } from '../session/session.js';
import { Waiting } from '../shell/waiting.js';

/** The released output of a job, for those who may read it, once they ask for it. */
export function JobOutput({ id }: { readonly id: string }) {
  const { client, isOneOf } = useSession();
  const [isWanted, setWanted] = useState(false);
  const output = useQuery({
    queryKey: ['output', id],
    queryFn: ({ signal }) => client.ask<unknown>(`/api/v1/jobs/${id}/output`, { signal }),
    enabled: isWanted,
    staleTime: Infinity,
  });
  if (!isOneOf('producer', 'operator')) return null;
  return (
    <section className="panel" aria-label="Output">
      <h3>Released output</h3>
      {!isWanted && (
        <Button variant="light" size="xs" onClick={() => setWanted(true)}>
          Show it
        </Button>
      )}
      {isWanted && output.data === undefined && <Waiting error={output.error} />}
      {output.data !== undefined && (
        <>
          <HiddenBanner findings={findHidden(output.data)} />
          <Payload label="Output" value={output.data} />
        </>
      )}
    </section>
  );
}
