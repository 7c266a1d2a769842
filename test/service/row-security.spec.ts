import { SERVICES, Service } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { apiRoleOf, roleOf, schemaOf } from '@countersign/persistence';
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
  await plant();
});
afterAll(async () => {
  await admin?.end();
  await servers?.stop();
});

const JOBS = { acme: newUlid(), other: newUlid() };
const WITH_API = MIGRATIONS.flatMap(({ service, api }) => (api === undefined ? [] : [{ service, api }]));
const GRANTED = WITH_API.flatMap(({ service, api }) =>
  Object.entries(api).map(([table, rights]) => [service, table, rights] as const),
);
const READABLE = GRANTED.filter(([, , rights]) => rights.includes('SELECT'));

/** A row of each of two tenants in every table that requests are answered from. */
async function plant(): Promise<void> {
  for (const [tenant, job] of Object.entries(JOBS)) {
    const values = [tenant, job];
    await admin.query(
      `INSERT INTO gateway.intake (tenant_id, job_id, job_hash, topic, agent_id, caller, trace_id)
       VALUES ($1, $2, 'h', 'job.x', 'a', 'c', 't')`,
      values,
    );
    await admin.query(
      `INSERT INTO gateway.blobs (blob_id, tenant_id, job_id, attempt, run_id, digest, size, media_type, maker, state, due_at)
       VALUES ($2, $1, $2, 1, 'r', 'd', 1, 'text/plain', 'run', 'stored', now())`,
      values,
    );
    await admin.query(
      `INSERT INTO gateway.blob_chunks (blob_id, index, tenant_id, sealed) VALUES ($2, 0, $1, '\\x00')`,
      values,
    );
    await admin.query(
      `INSERT INTO gateway.idempotency_keys (tenant_id, caller, key, request_sha256, job_id, job_hash, trace_id)
       VALUES ($1, 'c', 'k', 'h', $2, 'h', 't')`,
      values,
    );
    await admin.query(
      `INSERT INTO scheduler.jobs (tenant_id, job_id, job_hash, job, topic, action, producer, caller, agent_id,
         decision_id, decision, rule_ids, constraints, max_retries, retry_safe, traceparent, created_at, state, version,
         attempt, runs, epoch, cause_id, cancel_requested, updated_at)
       VALUES ($1, $2, 'h', '{}', 'job.x', 'x', 'gateway', 'c', 'a', 'd', '{}', '[]', '{}', 0, false, 't', now(),
         'RUNNING', 1, 1, 1, 1, 'c', false, now())`,
      values,
    );
    await admin.query(
      `INSERT INTO scheduler.attempts (tenant_id, job_id, attempt, state, pool, offer_expires_at)
       VALUES ($1, $2, 1, 'RUNNING', 'mcp', now())`,
      values,
    );
    await admin.query(
      `INSERT INTO scheduler.rate_windows (tenant_id, rate_key, window_start, used) VALUES ($1, $2, now(), 1)`,
      values,
    );
    await admin.query(
      `INSERT INTO scheduler.pending_facts (job_id, kind, event_id, fact) VALUES ($1, 'cancel', 'e', '{}')`,
      [job],
    );
    await admin.query(
      `INSERT INTO scheduler.outbox (event_id, subject, type, job_id, body, sent_by, event_time, next_send_at)
       VALUES ($2, 'dispatch.mcp.x', 't', $2, $1, 's', now(), now())`,
      values,
    );
    await admin.query(
      `INSERT INTO policy_evaluator.decisions (tenant_id, job_id, job_hash, type, policy_snapshot, message)
       VALUES ($1, $2, 'h', 'ALLOW', 's', '{}')`,
      values,
    );
    await admin.query(
      `INSERT INTO approval_service.approvals (approval_id, kind, tenant_id, job_id, job_hash, attempt, topic, producer,
         quorum, groups, confirm, rule_ids, reason, findings, cause_id, traceparent, trace_id, expires_at)
       VALUES ($2, 'job', $1, $2, 'h', 0, 'job.x', 'gateway', 2, '["sre"]', 'pay', '[]', 'r', '[]', 'c', 't', 't', now())`,
      values,
    );
    await admin.query(
      `INSERT INTO approval_service.approval_comments (comment_id, tenant_id, approval_id, by, note)
       VALUES ($2, $1, $2, 'ann', 'n')`,
      values,
    );
    await admin.query(
      `INSERT INTO approval_service.reviews (tenant_id, job_id, job_hash, attempt, topic, producer, traceparent, released_at)
       VALUES ($1, $2, 'h', 1, 'job.x', 'gateway', 't', now())`,
      values,
    );
    await admin.query(
      `INSERT INTO approval_service.approval_edits (tenant_id, job_id, job_hash, job, approval_id, original_job_id,
         original_job_hash, changes, by, names, groups, note)
       VALUES ($1, $2, 'h', '{}', $2, 'o', 'h', '[]', 'ann', '[]', '[]', 'n')`,
      values,
    );
  }
  // Of each tenant: the job, its decision, and a result that names no tenant.
  let seq = 0;
  for (const [tenant, job] of Object.entries(JOBS))
    for (const [type, owner] of [
      ['job.v1', tenant],
      ['decision.v1', tenant],
      ['result.v1', null],
    ])
      await admin.query(
        `INSERT INTO audit_writer.entries (seq, event_id, type, tenant_id, job_id, trace_id, text, hash)
         VALUES ($1, $2, $3, $4, $5, 't', '{}', '\\x00')`,
        [++seq, `${job}:${type}`, type, owner, job],
      );
}

/** Runs statements as a role, for a tenant if one is named, in a transaction that is taken back. */
async function as<T>(
  role: string,
  tenant: string | undefined,
  work: (sql: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(servers.postgres.url);
  url.username = role;
  url.password = await servers.keys.rolePassword(role);
  const schema = role.replace(/^countersign_/, '').replace(/_api$/, '');
  const client = new pg.Client({ connectionString: url.href, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    await client.query('BEGIN');
    if (tenant !== undefined)
      await client.query(`SELECT set_config('countersign.tenant', $1, true)`, [tenant]);
    return await work(client);
  } finally {
    await client.end();
  }
}
const DENIED = '42501';
const codeOf = (statement: Promise<unknown>) =>
  statement.then(
    () => 'done',
    (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)),
  );

describe('the roles of the services', () => {
  it('bypass no row-level security, and own nothing', async () => {
    const { rows } = await admin.query<{ rolname: string; may: boolean }>(
      `SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS may
         FROM pg_roles WHERE rolname LIKE 'countersign\\_%' AND rolname <> current_user`,
    );
    const expected = SERVICES.flatMap(databaseRolesOf);
    expect(rows.map(({ rolname }) => rolname).sort()).toEqual([...expected].sort());
    expect(rows.filter(({ may }) => may)).toEqual([]);
    const owned = await admin.query(
      `SELECT 1 FROM pg_class WHERE relowner IN (SELECT oid FROM pg_roles WHERE rolname = ANY($1))`,
      [expected],
    );
    expect(owned.rowCount).toBe(0);
  });

  it('are two exactly where callers are answered', () => {
    expect(WITH_API.map(({ service }) => apiRoleOf(service)).sort()).toEqual(
      SERVICES.flatMap(databaseRolesOf)
        .filter((role) => role.endsWith('_api'))
        .sort(),
    );
  });
});

describe('every table', () => {
  it('is under row-level security, for its owner too, and open to its service’s consumers', async () => {
    const { rows } = await admin.query<{ table: string; guarded: boolean }>(
      `SELECT n.nspname || '.' || c.relname AS "table",
              c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                SELECT 1 FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname
                   AND p.policyname = 'flow' AND p.roles = ARRAY['countersign_' || n.nspname]::name[]) AS guarded
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY($1) AND c.relname <> 'schema_migrations'`,
      [SERVICES.map(schemaOf)],
    );
    expect(rows.filter(({ guarded }) => !guarded)).toEqual([]);
    expect(rows.length).toBeGreaterThan(30);
  });

  it('keeps its list of migrations from every service', async () => {
    for (const service of SERVICES)
      for (const role of databaseRolesOf(service))
        expect(await codeOf(as(role, 'acme', (sql) => sql.query('SELECT 1 FROM schema_migrations')))).toBe(
          DENIED,
        );
  });
});

describe('the role that answers requests', () => {
  const rowsOf = (service: Service, table: string, tenant: string | undefined) =>
    as(apiRoleOf(service), tenant, async (sql) => {
      // Of the outbox it may see which event it is, and nothing else.
      const columns = table === 'outbox' ? 'event_id' : '*';
      return (await sql.query<Record<string, unknown>>(`SELECT ${columns} FROM ${table}`)).rows;
    });

  it.each(READABLE)('of %s sees no row of %s without a tenant', async (service, table) => {
    for (const tenant of [undefined, '', 'nobody'])
      expect(await rowsOf(service, table, tenant), String(tenant)).toEqual([]);
  });

  it.each(READABLE)('of %s sees in %s the rows of its tenant alone', async (service, table) => {
    for (const [tenant, job] of Object.entries(JOBS)) {
      const text = JSON.stringify(await rowsOf(service, table, tenant));
      const [stranger] = Object.values(JOBS).filter((other) => other !== job);
      expect(text, tenant).toContain(job);
      expect(text, tenant).not.toContain(stranger);
    }
  });

  it('sees entries of the audit log that name no tenant, where their job is its own', async () => {
    const rows = await rowsOf(Service.AuditWriter, 'entries', 'acme');
    expect(rows.map(({ event_id: id }) => id)).toEqual(
      ['job.v1', 'decision.v1', 'result.v1'].map((type) => `${JOBS.acme}:${type}`),
    );
  });

  it('keeps no tenant from one transaction to the next', async () => {
    await as(apiRoleOf(Service.Scheduler), 'acme', async (sql) => {
      await sql.query('COMMIT');
      expect((await sql.query('SELECT 1 FROM jobs')).rowCount).toBe(0);
    });
  });

  it.each(WITH_API.map(({ service }) => service))(
    'of %s reaches no table that is not granted',
    async (service) => {
      const { rows } = await admin.query<{ table: string }>(
        `SELECT tablename AS "table" FROM pg_tables WHERE schemaname = $1`,
        [schemaOf(service)],
      );
      const granted = GRANTED.filter(([owner]) => owner === service).map(([, table]) => table);
      const others = rows.map(({ table }) => table).filter((table) => !granted.includes(table));
      expect(others).toContain('dead_letters');
      for (const table of others)
        for (const statement of [`SELECT 1 FROM ${table}`, `DELETE FROM ${table}`])
          expect([
            table,
            await codeOf(as(apiRoleOf(service), 'acme', (sql) => sql.query(statement))),
          ]).toEqual([table, DENIED]);
      for (const schema of SERVICES.filter((other) => other !== service).map(schemaOf))
        expect(
          await codeOf(as(apiRoleOf(service), 'acme', (sql) => sql.query(`SELECT 1 FROM ${schema}.outbox`))),
        ).toBe(DENIED);
    },
  );

  it.each<[string, Service, string]>([
    [
      'take a job in for another tenant',
      Service.Gateway,
      `INSERT INTO intake (tenant_id, job_id, job_hash, topic, agent_id, caller, trace_id) VALUES ('other', 'x', 'h', 't', 'a', 'c', 't')`,
    ],
    ['move a key to another tenant', Service.Gateway, `UPDATE idempotency_keys SET tenant_id = 'other'`],
    ['see an API key', Service.Gateway, `SELECT 1 FROM api_keys`],
    ['forget a job', Service.Gateway, `DELETE FROM intake`],
    ['say anything but a job', Service.Gateway, outboxRow('event.gateway.refused')],
    ['offer a job', Service.Scheduler, outboxRow('dispatch.mcp.x')],
    ['release an output', Service.Scheduler, outboxRow('output.acme.gateway.x')],
    ['change what is to be offered', Service.Scheduler, `UPDATE outbox SET body = '{}'`],
    ['make a job', Service.Scheduler, `INSERT INTO jobs SELECT * FROM jobs`],
    ['change whose job it is', Service.Scheduler, `UPDATE jobs SET tenant_id = 'other'`],
    ['change the bytes of a job', Service.Scheduler, `UPDATE jobs SET job = '{}'`],
    ['change the decision about a job', Service.Scheduler, `UPDATE jobs SET decision = '{}'`],
    ['change a decision', Service.PolicyEvaluator, `UPDATE decisions SET type = 'ALLOW'`],
    ['put a policy into force', Service.PolicyEvaluator, `INSERT INTO activations SELECT * FROM activations`],
    ['see what a policy says', Service.PolicyEvaluator, `SELECT 1 FROM snapshots`],
    ['ask a question', Service.ApprovalService, `INSERT INTO approvals SELECT * FROM approvals`],
    ['change what is asked', Service.ApprovalService, `UPDATE approvals SET job = '{}'`],
    ['lower a quorum', Service.ApprovalService, `UPDATE approvals SET quorum = 1`],
    ['ask others', Service.ApprovalService, `UPDATE approvals SET groups = '["sre","own"]'`],
    ['ask anybody', Service.ApprovalService, `UPDATE approvals SET groups = '[]'`],
    ['ask for no confirmation', Service.ApprovalService, `UPDATE approvals SET confirm = NULL`],
    ['take a comment back', Service.ApprovalService, `DELETE FROM approval_comments`],
    ['change what is to be looked at', Service.ApprovalService, `UPDATE reviews SET caller = 'other'`],
    ['take a mark back', Service.ApprovalService, `UPDATE reviews SET state = 'waiting'`],
    ['change an edit', Service.ApprovalService, `UPDATE approval_edits SET job = '{}'`],
    [
      'send a job of another tenant',
      Service.ApprovalService,
      `INSERT INTO outbox (event_id, subject, type, body, sent_by, event_time, next_send_at)
       VALUES ('e', 'from.approval-service.job.x', 't', '{"tenant_id":"other"}', 's', now(), now())`,
    ],
    [
      'send a job as another producer',
      Service.ApprovalService,
      `INSERT INTO outbox (event_id, subject, type, body, sent_by, event_time, next_send_at)
       VALUES ('e', 'from.gateway.job.x', 't', '{"tenant_id":"acme"}', 's', now(), now())`,
    ],
    ['write into the audit log', Service.AuditWriter, `INSERT INTO entries SELECT * FROM entries`],
    ['see the head of the audit log', Service.AuditWriter, `SELECT 1 FROM head`],
  ])('can not %s', async (_, service, statement) => {
    expect(await codeOf(as(apiRoleOf(service), 'acme', (sql) => sql.query(statement)))).toBe(DENIED);
  });

  it.each<[string, Service, string]>([
    ['jobs', Service.Scheduler, `UPDATE jobs SET cancel_requested = true`],
    ['attempts', Service.Scheduler, `UPDATE attempts SET state = 'ENDED'`],
    ['waiting facts', Service.Scheduler, `DELETE FROM pending_facts`],
    ['what was said', Service.Scheduler, `DELETE FROM outbox`],
    ['approvals', Service.ApprovalService, `UPDATE approvals SET state = 'GRANTED', resolved_at = now()`],
    ['answers under keys', Service.Gateway, `UPDATE idempotency_keys SET trace_id = 'x'`],
  ])('changes the %s of its tenant alone, whatever it asks for', async (_, service, statement) => {
    const changed = await as(
      apiRoleOf(service),
      'acme',
      async (sql) => (await sql.query(statement)).rowCount,
    );
    expect(changed).toBe(1);
    const none = await as(
      apiRoleOf(service),
      undefined,
      async (sql) => (await sql.query(statement)).rowCount,
    );
    expect(none).toBe(0);
  });
});

describe('the gateway itself', () => {
  it('makes no API key and revives none', async () => {
    const role = roleOf(Service.Gateway);
    for (const statement of [
      `INSERT INTO api_keys (key_id, secret_sha256, tenant_id, name, roles, groups, agents) VALUES ('x', '\\x00', 't', 'n', '{operator}', '{}', '{}')`,
      `UPDATE api_keys SET revoked_at = NULL`,
      `UPDATE api_keys SET roles = '{operator}'`,
      `DELETE FROM api_keys`,
    ])
      expect(await codeOf(as(role, undefined, (sql) => sql.query(statement)))).toBe(DENIED);
    expect(await codeOf(as(role, undefined, (sql) => sql.query('SELECT 1 FROM api_keys')))).toBe('done');
  });
});

function outboxRow(subject: string): string {
  return `INSERT INTO outbox (event_id, subject, type, body, sent_by, event_time, next_send_at)
          VALUES ('x', '${subject}', 't', '{}', 's', now(), now())`;
}
