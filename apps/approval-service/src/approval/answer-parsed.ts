import { Logger } from '@nestjs/common';
import type { Parsed } from '@countersign/contracts';

/** Answers the requests of a batch that could be read together, and each of the others with its problem, in order. */
export async function answerParsed<T>(
  parsed: readonly Parsed<T>[],
  answer: (requests: readonly T[]) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const readable = parsed.flatMap((request) => (request.ok ? [request.value] : []));
  const answers = readable.length === 0 ? [] : [...(await answer(readable))];
  return parsed.map((request) => (request.ok ? answers.shift() : problemOf(request)));
}

/** Answers each request of a batch by itself. One that fails is unavailable, whatever becomes of its neighbours. */
export function answerEach<T>(
  parsed: readonly Parsed<T>[],
  answer: (request: T) => Promise<object>,
): Promise<readonly unknown[]> {
  return Promise.all(
    parsed.map(async (request) => {
      if (!request.ok) return problemOf(request);
      try {
        return await answer(request.value);
      } catch (error) {
        new Logger('requests').error({ message: 'a request failed', error: String(error) });
        return { ok: false, code: 'unavailable' };
      }
    }),
  );
}

function problemOf({ problem }: Parsed<unknown> & { readonly ok: false }): object {
  return { ok: false, code: problem.code, pointer: problem.pointer };
}
