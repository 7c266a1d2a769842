/** A CEL text literal. Non-printing characters never get here; JSON's escapes are CEL's too. */
export const celText = (value: string): string => JSON.stringify(value);

/** A CEL list of text literals. */
export const celTexts = (values: readonly string[]): string => `[${values.map(celText).join(', ')}]`;

/** A member of the job, such as `params.order.amount`. */
export interface JobPath {
  /** `job.params.order.amount` */
  readonly cel: string;
  /** Member by member below the job: `['params', 'order', 'amount']`. */
  readonly steps: readonly string[];
}

const PATH = /^(?:params|labels|estimate|rationale)(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){1,8}$/;
const RESERVED = new Set(
  (
    'as break const continue else false for function if import in let loop namespace null package return true ' +
    'var void while __proto__ constructor prototype'
  ).split(' '),
);

/** Whether CEL can name a member so. */
export const isCelMember = (name: string): boolean => /^[A-Za-z_]\w{0,63}$/.test(name) && !RESERVED.has(name);

/** Reads `params.amount`; undefined if it is no such path. */
export function jobPath(text: string): JobPath | undefined {
  const steps = text.split('.');
  if (!PATH.test(text) || steps.some((step) => RESERVED.has(step))) return undefined;
  return { cel: `job.${text}`, steps };
}

/** Holds if the job has the member: each level is asked for, so that a missing one is an answer and no error. */
export function celHas({ steps }: JobPath): string {
  const levels = steps.slice(1).map((_, at) => `has(job.${steps.slice(0, at + 2).join('.')})`);
  return steps[0] === 'params' ? levels.join(' && ') : [`has(job.${steps[0]})`, ...levels].join(' && ');
}
