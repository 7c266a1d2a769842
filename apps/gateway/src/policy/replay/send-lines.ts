import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Sends a line of JSON for each item, as fast as the other side reads. A failure on the way becomes the last line.
 * Stops asking for more when the other side has gone.
 */
export async function sendLines(
  to: Writable,
  first: IteratorResult<object, void>,
  rest: AsyncGenerator<object, void>,
  lineOf: (error: unknown) => object,
): Promise<void> {
  const gone = new AbortController();
  to.once('close', () => gone.abort());
  try {
    for (let item = first; item.done !== true && !to.destroyed; item = await rest.next())
      await send(to, item.value, gone.signal);
  } catch (error) {
    if (!to.destroyed) to.write(`${JSON.stringify(lineOf(error))}\n`);
  } finally {
    await rest.return();
    if (!to.destroyed) to.end();
  }
}

async function send(to: Writable, line: object, gone: AbortSignal): Promise<void> {
  if (to.write(`${JSON.stringify(line)}\n`) || gone.aborted) return;
  await once(to, 'drain', { signal: gone });
}
