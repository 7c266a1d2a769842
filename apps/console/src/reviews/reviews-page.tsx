import { Button, Group, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Page } from '../api/types.js';
import { useSession } from '../session/session.js';
import { Waiting } from '../shell/waiting.js';
import { ReviewCard } from './review-card.js';
import type { Review } from './review.js';

const PAGE = 50;
/** Milliseconds between two looks at a list that is one page long. */
const EVERY_MS = 5_000;

const NOTHING: Readonly<Record<string, string>> = {
  waiting: 'Nothing waits to be looked at. What the policy lets run and wants seen afterwards appears here.',
  seen: 'Nobody has looked at anything yet.',
};

/** Released work that the policy wants a person to look at afterwards; the longest waiting first. */
export function ReviewsPage() {
  const { client } = useSession();
  const [state, setState] = useState('waiting');
  const reviews = useInfiniteQuery({
    queryKey: ['reviews', state],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE), state });
      if (pageParam !== null) query.set('after', pageParam);
      return client.ask<Page<Review>>(`/api/v1/reviews?${query.toString()}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 1) === 1 ? EVERY_MS : false),
  });
  const items = reviews.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="plain-page">
      <header className="page-head">
        <h1>Review after</h1>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Which"
            data={[
              { value: 'waiting', label: 'Waiting' },
              { value: 'seen', label: 'Seen' },
            ]}
            value={state}
            onChange={setState}
          />
        </Group>
      </header>
      {reviews.data === undefined && <Waiting error={reviews.error} />}
      {reviews.data !== undefined && items.length === 0 && <p className="muted">{NOTHING[state]}</p>}
      {items.map((review) => (
        <ReviewCard key={review.job_id} review={review} />
      ))}
      {reviews.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={reviews.isFetchingNextPage}
          onClick={() => void reviews.fetchNextPage()}
        >
          More
        </Button>
      )}
    </div>
  );
}
