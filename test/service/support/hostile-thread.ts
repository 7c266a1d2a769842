import { usualPool } from '@countersign/output-scanner';

/** What a result says to make the thread that scans it misbehave as a bug of a detector would. */
export const Hostile = {
  /** Goes round and round. */
  Spin: 'hostile: spin',
  /** Waits for what never comes. */
  Hang: 'hostile: hang',
  /** Ends the thread. */
  Exit: 'hostile: exit',
  /** Throws. */
  Throw: 'hostile: throw',
  /** Takes all the memory there is. */
  Memory: 'hostile: memory',
} as const;

// The first thing that a thread does with a result is to parse it.
const MISBEHAVE = `
const parse = JSON.parse;
JSON.parse = (text) => {
  if (text.includes('${Hostile.Spin}')) for (;;);
  if (text.includes('${Hostile.Hang}')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (text.includes('${Hostile.Exit}')) process.exit(3);
  if (text.includes('${Hostile.Throw}')) throw new Error(text);
  if (text.includes('${Hostile.Memory}')) {
    const taken = [];
    for (;;) taken.push(new Array(1_000_000).fill(taken.length));
  }
  return parse(text);
};
await import(${JSON.stringify(usualPool().script.href)});
`;

/** The scanner's own thread, with a bug for each of {@link Hostile}. */
export const HOSTILE_THREAD = new URL(`data:text/javascript,${encodeURIComponent(MISBEHAVE)}`);
