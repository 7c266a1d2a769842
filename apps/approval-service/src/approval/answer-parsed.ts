import type { Parsed } from '@countersign/contracts';

/** Answers the requests of a batch that could be read together, and each of the others with its problem, in order. */
export async function answerParsed<T>(
  parsed: readonly Parsed<T>[],
  answer: (requests: readonly T[]) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const readable = parsed.flatMap((request) => (request.ok ? [request.value] : []));
  const answers = readable.length === 0 ? [] : [...(await answer(readable))];
  return parsed.map((request) =>
    request.ok
      ? answers.shift()
      : { ok: false, code: request.problem.code, pointer: request.problem.pointer },
  );
}
