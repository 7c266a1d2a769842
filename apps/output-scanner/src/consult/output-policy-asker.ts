import { Logger, type Provider } from '@nestjs/common';
import { MAX_OUTPUT_QUESTIONS, Service, Subjects, type OutputJobAnswer } from '@countersign/contracts';
import type { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { PolicyUnavailable, type AskOutputPolicy, type ResultQuestion } from './ask-output-policy.js';
import { readOutputAnswer } from './read-output-answer.js';

/** Injection token of {@link AskOutputPolicy}. */
export const ASK_OUTPUT_POLICY = 'countersign:output-scanner:ask-output-policy';

/** How long the policy may take to answer, in milliseconds. */
const ANSWER_WITHIN_MS = 2_000;
/** Bytes of one request at most: half of what the evaluator takes. */
const MOST_BYTES = 256 * 1024;

interface Asked {
  readonly question: ResultQuestion;
  readonly resolve: (answer: OutputJobAnswer) => void;
  readonly reject: (error: PolicyUnavailable) => void;
}

/** Asks the evaluator over the bus: all that is asked in one turn of the event loop travels together. */
export function outputPolicyAsker(bus: Pick<Bus, 'request'>): AskOutputPolicy {
  const logger = new Logger('output policy');
  let asked: Asked[] = [];
  const send = async (portion: readonly Asked[]): Promise<void> => {
    const questions = portion.map(({ question }) => question);
    try {
      const answer = await bus.request(
        Subjects.queryPolicyOutput.address({}),
        { questions },
        ANSWER_WITHIN_MS,
      );
      const answers = readOutputAnswer(answer, questions);
      if (answers === undefined) throw new PolicyUnavailable('what came back is no answer to the question');
      answers.forEach((one, at) => portion[at]?.resolve(one));
    } catch (error) {
      logger.warn({
        message: 'the policy could not be asked, results wait',
        results: portion.length,
        error: String(error),
      });
      for (const { reject } of portion) reject(new PolicyUnavailable('the policy gave no answer'));
    }
  };
  return (question) =>
    new Promise((resolve, reject) => {
      asked.push({ question, resolve, reject });
      if (asked.length > 1) return;
      queueMicrotask(() => {
        const turn = asked;
        asked = [];
        for (const portion of portions(turn)) void send(portion);
      });
    });
}

/** Cuts what is asked into requests of a bounded size. */
function portions(asked: readonly Asked[]): Asked[][] {
  const cut: Asked[][] = [];
  let bytes = 0;
  for (const one of asked) {
    const size = Buffer.byteLength(JSON.stringify(one.question));
    const last = cut.at(-1);
    if (last === undefined || last.length === MAX_OUTPUT_QUESTIONS || bytes + size > MOST_BYTES) {
      cut.push([one]);
      bytes = size;
    } else {
      last.push(one);
      bytes += size;
    }
  }
  return cut;
}

export const outputPolicyAskerProvider: Provider = {
  provide: ASK_OUTPUT_POLICY,
  inject: [busOf(Service.OutputScanner)],
  useFactory: outputPolicyAsker,
};
