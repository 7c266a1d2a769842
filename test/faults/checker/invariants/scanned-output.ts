import { EventType, VerdictKind, type Output } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { Check, History, TapMessage } from '../history.js';

const PASSED: readonly unknown[] = [VerdictKind.Clean, VerdictKind.Redacted, VerdictKind.Released];

/** I4: what reaches a consumer was scanned before, may leave, is those very bytes, and holds no known secret. */
export const scannedOutput: Check = (history) =>
  history.tap
    .filter(({ type }) => type === EventType.Output)
    .flatMap((message) => {
      const output = JSON.parse(message.text) as Output;
      const why = whyUnscanned(output, message, history);
      const { subject, seq } = message;
      return why === undefined
        ? []
        : [
            {
              invariant: 'I4' as const,
              jobId: output.job_id,
              what: `its output left although ${why}`,
              evidence: { subject, seq, released: output.released },
            },
          ];
    });

function whyUnscanned(
  output: Output,
  { storedAtMs }: TapMessage,
  { log, secrets }: History,
): string | undefined {
  const { output: text, output_blob: blob } = output;
  // Of a blob the bytes are elsewhere; who gives them out compares them with this digest.
  const digest = text === null ? blob?.digest : sha256Digest(text);
  if (digest !== output.released) return 'its bytes are not those of its digest';
  const verdict = log.find(
    ({ entry }) =>
      entry.type === EventType.Verdict &&
      entry.job_id === output.job_id &&
      PASSED.includes(entry.summary['kind']) &&
      entry.summary['released'] === output.released,
  );
  if (!verdict) return 'no verdict lets these bytes out';
  if (Date.parse(verdict.entry.stored_at) > storedAtMs) return 'the verdict came later';
  return secrets.some((secret) => text?.includes(secret)) ? 'it holds a secret' : undefined;
}
