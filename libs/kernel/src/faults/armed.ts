import { closeSync, openSync } from 'node:fs';

const wanted = process.env['COUNTERSIGN_FAULT'];
const once = process.env['COUNTERSIGN_FAULT_ONCE'];

/**
 * Ends the process as a crash would, at the point that `COUNTERSIGN_FAULT` names (`<point>` or `<point> <detail>`), the
 * first time only: the file `COUNTERSIGN_FAULT_ONCE` remembers it. Loaded only under the export condition
 * `@countersign/faults`.
 */
export function fault(point: string, detail?: string): void {
  if (wanted === undefined || once === undefined) return;
  if (wanted !== point && wanted !== `${point} ${detail}`) return;
  try {
    closeSync(openSync(once, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  process.kill(process.pid, 'SIGKILL');
}
