import { parseBody, type Parsed } from '@countersign/contracts';
import type { BusRequest } from '@countersign/messaging';
import { Logger } from '@nestjs/common';
import type { Static, TSchema } from '@sinclair/typebox';

/** Largest request, in bytes: a job or a bundle of half a MiB, escaped once more inside the request. */
export const MAX_REQUEST_BYTES = 1_536 * 1024;

/**
 * Answers each request of a batch for itself. One that can't be read is answered with its problem; one that fails says
 * that nothing can be said now, and its neighbours are answered.
 */
export function answerEach<S extends TSchema>(
  schema: S,
  batch: readonly BusRequest[],
  answer: (request: Static<S>, from: BusRequest) => Promise<object>,
): Promise<readonly object[]> {
  return Promise.all(
    batch.map(async (from) => {
      const parsed: Parsed<Static<S>> = parseBody(schema, from.data, MAX_REQUEST_BYTES);
      if (!parsed.ok) return refusal(parsed.problem.code, { pointer: parsed.problem.pointer });
      try {
        return await answer(parsed.value, from);
      } catch (error) {
        new Logger('policy requests').error({
          message: 'a request failed',
          subject: from.subject,
          error: String(error),
        });
        return refusal('unavailable');
      }
    }),
  );
}

/** An answer that says no. */
export function refusal(code: string, more: object = {}): object {
  return { ok: false, code, ...more };
}
