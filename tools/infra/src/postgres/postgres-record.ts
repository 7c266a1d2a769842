import { join } from 'node:path';
import type { PidRecord } from '../server/pid-record.js';

/** PostgreSQL's fast shutdown: open transactions are rolled back, clients are cut off, the data is left in order. */
export const STOP_SIGNAL = 'SIGINT';

/** Where the server on this data folder is recorded, and what its command line shows. */
export function postgresRecord(data: string): PidRecord {
  return { file: join(data, 'countersign.pid'), marker: `-D ${data}`, name: 'PostgreSQL' };
}
