import { CONSUMERS, Service, Subjects } from '@countersign/contracts';

/** What the output scanner hears and says: the index of its folders. */
export const outputScannerFlow = {
  service: Service.OutputScanner,
  consumes: {
    /** `scan/`: a worker's result becomes a verdict: clean, redacted or quarantined. */
    scan: [CONSUMERS.scanResults],
    /** `confirm/`: a job waits for the review of a quarantined result. */
    confirm: [CONSUMERS.confirmQuarantine],
    /** `release/`: a review ended; the verdict is released or withheld, and the sealed bytes go. */
    release: [CONSUMERS.releaseOutputs],
  },
  /** `sweep/`: what no job answers for is kept within bounds; what nobody reviewed is withheld. */
  sweeps: ['unanswered verdicts', 'unconfirmed quarantine', 'told verdicts', 'overdue reviews'],
  publishes: {
    /** clean, redacted, quarantined, released, withheld */
    verdicts: Subjects.verdict,
    /** A review of what is not in quarantine, or of bytes that do not open; what was given up, in numbers. */
    refused: Subjects.eventRefused,
    deadLetters: Subjects.eventDeadLetter,
  },
} as const;
