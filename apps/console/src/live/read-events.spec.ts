import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, splitEvents, type ServerEvent } from './read-events.js';

const STREAM = [
  'event: hello\nid: 7.0\ndata: {"next":"7.0"}\n\n',
  ': still here\n\n',
  'event: asked\nid: 8.1\ndata: {"job_id":"ü"}\n\n',
].join('');

const EVENTS: readonly ServerEvent[] = [
  { name: 'hello', id: '7.0', data: '{"next":"7.0"}' },
  { name: 'asked', id: '8.1', data: '{"job_id":"ü"}' },
];

describe('a stream of events', () => {
  it('is read event by event, without its comments', () => {
    expect(splitEvents(`${STREAM}event: res`)).toEqual({ events: EVENTS, rest: 'event: res' });
  });

  it('is read alike wherever it is cut on the way', async () => {
    const bytes = new TextEncoder().encode(STREAM);
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const edges = [0, ...at.sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, i) => bytes.slice(edges[i], edge));
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            chunks.forEach((chunk) => controller.enqueue(chunk));
            controller.close();
          },
        });
        const seen: ServerEvent[] = [];
        await readEvents(body, (event) => seen.push(event));
        expect(seen).toEqual(EVENTS);
      }),
    );
  });
});
