import type { Check, History, Invariant, Violation } from './history.js';
import { approvedBytes } from './invariants/approved-bytes.js';
import { decidedFirst } from './invariants/decided-first.js';
import { keptAnswers } from './invariants/kept-answers.js';
import { onceOnly } from './invariants/once-only.js';
import { oneEnd } from './invariants/one-end.js';
import { scannedOutput } from './invariants/scanned-output.js';
import { tenantsApart } from './invariants/tenants-apart.js';
import { wholeLog } from './invariants/whole-log.js';

/** Every invariant that is decided after a run, with who decides it. I7, I10 and I11 are watched while it runs. */
export const CHECKS: Readonly<Record<Invariant, Check>> = {
  I1: decidedFirst,
  I2: approvedBytes,
  I3: oneEnd,
  I4: scannedOutput,
  I5: wholeLog,
  I6: onceOnly,
  I8: keptAnswers,
  I9: tenantsApart,
};

/** All that a run broke. It asks no service: a service that is wrong about itself is what is looked for. */
export function check(history: History): readonly Violation[] {
  return Object.values(CHECKS).flatMap((decide) => decide(history));
}
