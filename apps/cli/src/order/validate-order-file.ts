import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseStrictJson, type JsonValue } from '@countersign/kernel';
import { parseOrderPolicy, validateOrder, type OrderAnswer } from '@countersign/policy-import';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { readUtf8 } from '../output/read-bytes.js';
import type { Shell } from '../shell.js';
import { spacedJson } from './spaced-json.js';

/** Largest policy and work order, in bytes: what an import takes. */
const MAX_BYTES = 1024 * 1024;

export interface OrderOptions {
  /** The file of the work-order policy, JSON. */
  readonly policy: string;
  /** Required state paths are looked for here, unless the order lists them. */
  readonly stateRoot?: string;
  /** Blocked patterns that look like regular expressions are meant letter by letter. */
  readonly literalPatterns?: boolean;
}

/**
 * `policy validate-order` (P5): one line of JSON, `{"ok": true, …}` or `{"ok": false, "errors": […]}` with everything that
 * is wrong. A policy or an order that can't be understood is answered in the same form.
 */
export async function validateOrderFile(
  shell: Shell,
  orderPath: string,
  options: OrderOptions,
): Promise<ExitCode> {
  const { cwd, stdin } = shell.around;
  const policyText = await readUtf8(resolve(cwd, options.policy), options.policy, MAX_BYTES);
  const orderName = orderPath === '-' ? 'standard input' : orderPath;
  const orderText = await readUtf8(orderPath === '-' ? stdin : resolve(cwd, orderPath), orderName, MAX_BYTES);
  const root = resolve(cwd, options.stateRoot ?? '.');
  const answer = answerTo(options, policyText, orderText, (path) => existsSync(resolve(root, path)));
  shell.around.stdout.write(`${spacedJson(answer as unknown as JsonValue)}\n`);
  return answer.ok ? EXIT.ok : EXIT.wrong;
}

function answerTo(
  { policy: fileName, literalPatterns = false }: OrderOptions,
  policyText: string,
  orderText: string,
  statePathExists: (path: string) => boolean,
): OrderAnswer {
  const parsed = parseOrderPolicy(policyText, { fileName, literalPatterns });
  if (!parsed.ok) {
    const errors = parsed.problems.map(
      ({ file, line, column, message }) => `policy: ${file}:${line}:${column}: ${message}`,
    );
    return { ok: false, errors };
  }
  const order = parseStrictJson(orderText);
  if (!order.ok) return { ok: false, errors: [`order: ${order.problem.message}`] };
  return validateOrder(parsed.policy, order.value, { statePathExists });
}
