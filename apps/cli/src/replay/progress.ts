import { Presets, SingleBar } from 'cli-progress';
import type { Shell } from '../shell.js';

/** A bar is shown once nothing else was for so long, in milliseconds. */
const SHOW_AFTER_MS = 500;

/** How far a replay is. */
export interface Progress {
  /** `total` may be unknown: 0. */
  at(done: number, total: number): void;
  /** Makes room for a line of the result, which is progress enough. */
  hide(): void;
}

/** A bar on the terminal, once the work has taken a while; without a terminal nothing. */
export function progressOn({ around: { terminal, now } }: Shell, unit: string): Progress {
  if (!terminal) return { at: () => undefined, hide: () => undefined };
  let quietSince = now().getTime();
  let bar: SingleBar | undefined;
  return {
    at: (done, total) => {
      if (bar) bar.update(done);
      else if (now().getTime() - quietSince >= SHOW_AFTER_MS) {
        const format = total > 0 ? `{bar} {percentage} % | {value} of {total} ${unit}` : `{value} ${unit}`;
        const options = { format, stream: terminal, clearOnComplete: true, hideCursor: true };
        bar = new SingleBar(options, Presets.shades_classic);
        bar.start(total, done);
      }
    },
    hide: () => {
      bar?.stop();
      bar = undefined;
      quietSince = now().getTime();
    },
  };
}
