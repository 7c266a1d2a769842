import { dirname } from 'node:path';

/**
 * Environment of PostgreSQL's programs: English messages for the readiness check, and nothing else of ours. Variables
 * such as PGPORT or PGDATA would change what they do, and the starter's secrets are none of their business.
 */
export function postgresEnv(dataFolder: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', HOME: dirname(dataFolder) };
}
