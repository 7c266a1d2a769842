import { OutputAnswer, validate, type OutputJobAnswer } from '@countersign/contracts';
import { kindKey } from '../examine/kinds-of.js';
import type { ResultQuestion } from './ask-output-policy.js';

/**
 * The answers to questions, in their order. Undefined for whatever is no clear answer about exactly these jobs and
 * exactly these findings.
 */
export function readOutputAnswer(
  answer: unknown,
  questions: readonly ResultQuestion[],
): readonly OutputJobAnswer[] | undefined {
  const checked = validate(OutputAnswer, answer);
  if (!checked.ok) return undefined;
  const { answers } = checked.value;
  const isWhole =
    answers.length === questions.length &&
    questions.every((question, at) => {
      const given = answers[at];
      return given !== undefined && isAbout(given, question);
    });
  return isWhole ? answers : undefined;
}

function isAbout(answer: OutputJobAnswer, question: ResultQuestion): boolean {
  if (answer.job_id !== question.job_id) return false;
  if (!answer.known) return true;
  if (answer.tenant_id === null || answer.actions.length !== question.findings.length) return false;
  return question.findings.every((finding, at) => {
    const ruling = answer.actions[at];
    return ruling !== undefined && kindKey(ruling) === kindKey(finding);
  });
}
