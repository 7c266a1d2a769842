import { CONSUMERS, Service, Subjects } from '@countersign/contracts';

/** What the output scanner hears and says: the index of its folders. */
export const outputScannerFlow = {
  service: Service.OutputScanner,
  consumes: {
    /** `scan/`: a worker's result becomes a verdict: clean, redacted or quarantined. */
    scan: [CONSUMERS.scanResults],
    /** `release/`: a review ended; the verdict is released or withheld, and the sealed bytes go. */
    release: [CONSUMERS.releaseOutputs],
  },
  publishes: {
    /** clean, redacted, quarantined, released, withheld */
    verdicts: Subjects.verdict,
    /** A review of what is not in quarantine, or of bytes that do not open. */
    refused: Subjects.eventRefused,
    deadLetters: Subjects.eventDeadLetter,
  },
} as const;
