import { migrate } from '@countersign/persistence';
import { databaseRolesOf } from '@countersign/service-kit';
import { MIGRATIONS } from '@countersign/standalone';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';

let servers: TestServers;
let admin: pg.Client;

beforeAll(async () => {
  servers = await startServers();
  admin = new pg.Client({ connectionString: servers.postgres.url });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await servers?.stop();
});

const ROLES = MIGRATIONS.flatMap(({ service }) => databaseRolesOf(service));

/** Makes a temporary table in the name of a role. */
async function tempTableOf(role: string): Promise<unknown> {
  await admin.query(`SET ROLE ${role}`);
  try {
    return await admin.query('CREATE TEMPORARY TABLE jobs (job_id text)');
  } finally {
    await admin.query('RESET ROLE');
  }
}

describe('a role of a service', () => {
  it.each(ROLES)('%s makes no temporary table, which it would find before the real one', async (role) => {
    await expect(tempTableOf(role)).rejects.toMatchObject({ code: '42501' });
  });

  it('loses the right at the next set-up, when somebody has granted it', async () => {
    const { rows } = await admin.query<{ name: string }>('SELECT current_database() AS name');
    const [role] = ROLES;
    await admin.query(`GRANT TEMPORARY ON DATABASE ${pg.escapeIdentifier(rows[0]!.name)} TO PUBLIC, ${role}`);
    await migrate(servers.postgres.url, MIGRATIONS);
    await expect(tempTableOf(role!)).rejects.toMatchObject({ code: '42501' });
  });
});
