import { CONSUMERS, Service, Subjects } from '@countersign/contracts';

/** What the output scanner hears and says: the index of its folders. */
export const outputScannerFlow = {
  service: Service.OutputScanner,
  consumes: {
    /** `scan/`: a worker's result becomes a verdict: clean, redacted or quarantined. It is looked through in `thread/`. */
    scan: [CONSUMERS.scanResults],
    /** `confirm/`: a job waits for the review of a quarantined result. */
    confirm: [CONSUMERS.confirmQuarantine],
    /** `release/`: a review ended; the verdict is released or withheld, and the sealed bytes go. */
    release: [CONSUMERS.releaseOutputs],
  },
  /** `sweep/`: what no job answers for is kept within bounds; what nobody reviewed is withheld. */
  /** `blob/`: what waits in the queue of blobs is read in pieces, scanned, and becomes a verdict. */
  sweeps: ['blob scans', 'unanswered verdicts', 'unconfirmed quarantine', 'told verdicts', 'overdue reviews'],
  asks: {
    /** `consult/`: what becomes of findings, by kind, severity, topic, tenant and destination */
    policy: Subjects.queryPolicyOutput,
    /** `blob/`: a piece of what a run has uploaded */
    blob: Subjects.queryBlob,
    /** `blob/`: a piece of its redacted copy, and the end of that */
    writeBlob: Subjects.commandBlobWrite,
    commitBlob: Subjects.commandBlobCommit,
  },
  publishes: {
    /** clean, redacted, quarantined, released, withheld */
    verdicts: Subjects.verdict,
    /** A review of what is not in quarantine, or of bytes that do not open; what was given up, in numbers. */
    refused: Subjects.eventRefused,
    /** What the policy wants somebody to know of an output; who had sealed bytes opened. Never a word of them. */
    outputs: Subjects.eventOutput,
    deadLetters: Subjects.eventDeadLetter,
  },
} as const;
