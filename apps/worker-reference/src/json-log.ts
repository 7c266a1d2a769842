import type { BusLog } from '@countersign/messaging';

/** One JSON line per entry on standard error. */
export const jsonLog: BusLog = {
  info: (message, fields) => write('info', message, fields),
  warn: (message, fields) => write('warn', message, fields),
  error: (message, fields) => write('error', message, fields),
};

function write(level: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const line = { time: new Date().toISOString(), level, service: 'worker-reference', message, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
