import type { OutputJobAnswer, OutputQuestion } from '@countersign/contracts';
import { NotYet } from '../examine/not-yet.js';

/** What the policy is asked about one result. */
export type ResultQuestion = OutputQuestion['questions'][number];

/** Asks the policy about a result. Rejects with {@link PolicyUnavailable}: then nothing of the result may leave yet. */
export type AskOutputPolicy = (question: ResultQuestion) => Promise<OutputJobAnswer>;

/** The policy gave no answer. The result waits and comes again. */
export class PolicyUnavailable extends NotYet {}
