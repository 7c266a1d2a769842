import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKey } from '@countersign/gateway';
import { Service } from '@countersign/contracts';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { Api, type Answer } from '../../flow/support/api.js';
import { startServers, type TestServers } from '../../flow/support/servers.js';

/** A bundle that allows what the rule says; `version` makes it another one. */
export const bundle = (version: string, rules = RULES): string =>
  `version: v1\npolicy_id: test\npolicy_version: '${version}'\nrules:\n${rules}`;
export const RULES = `  - { id: reads, match: { topics: ['job.mcp-bridge.read.*'] }, decision: allow }\n`;

/** What the policy is, as a probe tells it. */
export interface PolicyState {
  readonly snapshot: string;
  readonly policy_version: string | null;
  readonly stale_since: string | null;
  readonly problem: { readonly code: string; readonly file: string; readonly line: number } | null;
}

/** The real policy-evaluator and whoever else is wanted, over real servers, with a folder of policies of its own. */
export class PolicyBench {
  readonly api = new Api();
  private readonly running: RunningServices[] = [];
  private keys: Database | undefined;

  private constructor(
    readonly servers: TestServers,
    readonly folder: string,
    readonly admin: pg.Client,
  ) {}

  static async open(): Promise<PolicyBench> {
    const servers = await startServers();
    const folder = await mkdtemp(join(servers.stateDir, 'policies-'));
    const admin = new pg.Client({ connectionString: servers.postgres.url });
    await admin.connect();
    return new PolicyBench(servers, folder, admin);
  }

  /** Writes a file of the bundle. */
  write(text: string, file = 'policy.yaml'): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  get env(): NodeJS.ProcessEnv {
    return { ...this.servers.env, COUNTERSIGN_POLICIES: this.folder };
  }

  /** Starts services as a process of their own would, in this one. */
  async boot(services: readonly Service[], env: NodeJS.ProcessEnv = {}): Promise<RunningServices> {
    const environment = await readEnvironment(ROOT, { ...this.env, ...env });
    const apps = APPS.filter((app) => services.includes(app.service));
    const started = await bootServices(apps, environment.config, (app) => environment.credentialsOf(app));
    this.running.push(started);
    if (services.includes(Service.Gateway)) this.api.url = started.url;
    return started;
  }

  /** Stops everything that runs; the servers and what they hold stay. */
  async stopServices(): Promise<void> {
    await Promise.all(this.running.splice(0).map((services) => services.stop()));
  }

  /** What an evaluator that runs alone tells of its policy. */
  async stateOf(evaluator: RunningServices): Promise<PolicyState> {
    const { body } = await new ApiAt(evaluator.url).call<{ policy: PolicyState }>('GET', '/health/ready');
    return body.policy;
  }

  /** An API key of a tenant. */
  async key(tenant: string, roles: readonly string[], name = `${roles[0]}-of-${tenant}`): Promise<Headers> {
    this.keys ??= await Database.open({ url: this.servers.postgres.url, schema: schemaOf(Service.Gateway) });
    const wish = { tenant_id: tenant, name, roles, groups: [], agents: ['*'], expiresAfterSec: null };
    return { authorization: `Bearer ${(await createKey(this.keys, wish, 'cli:test')).text}` };
  }

  async post<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers: Headers = {},
  ): Promise<Answer<T>> {
    return this.api.call<T>('POST', `/api/v1${path}`, body, headers);
  }

  async rows<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return (await this.admin.query(sql, [...params])).rows as T[];
  }

  /** What was told of the policy, as it waits in the evaluator's outbox or stands in the audit log. */
  async told<T = Record<string, unknown>>(change: string): Promise<T[]> {
    const rows = await this.rows<{ body: string }>(
      'SELECT body FROM policy_evaluator.outbox WHERE subject = $1 ORDER BY event_id',
      [`event.policy-evaluator.policy.${change}`],
    );
    return rows.map(({ body }) => JSON.parse(body) as T);
  }

  /** Forgets every policy, as before the first start. */
  async forgetPolicies(): Promise<void> {
    await this.admin.query(`ALTER TABLE policy_evaluator.activations DISABLE TRIGGER append_only;
      ALTER TABLE policy_evaluator.snapshots DISABLE TRIGGER append_only;
      DELETE FROM policy_evaluator.activations; DELETE FROM policy_evaluator.snapshots; DELETE FROM policy_evaluator.outbox;
      ALTER TABLE policy_evaluator.activations ENABLE TRIGGER append_only;
      ALTER TABLE policy_evaluator.snapshots ENABLE TRIGGER append_only`);
    await rm(this.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.stopServices();
    await this.keys?.close();
    await this.admin.end();
    await this.servers.stop();
  }
}

type Headers = Record<string, string>;

class ApiAt extends Api {
  constructor(url: string) {
    super();
    this.url = url;
  }
}
