import {
  brokerUsers,
  poolUser,
  PROVISIONER_USER,
  responderUser,
  RESPONDERS,
  Service,
  SERVICES,
  serviceUser,
} from '@countersign/contracts';
import { databaseRolesOf, readTopology, VARIABLES } from '@countersign/service-kit';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { filesUnder, generator, read, ROOT } from './support/repository.js';

interface ComposeService {
  readonly image: string;
  readonly network_mode?: string;
  readonly ports?: unknown;
  readonly command: string | string[];
  readonly environment?: Record<string, string>;
  readonly healthcheck?: { readonly test: string[] };
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly volumes?: string[];
  readonly privileged?: boolean;
}

interface EnvEntry {
  readonly name: string;
  readonly value?: string;
}

interface Container {
  readonly args: string[];
  readonly env: EnvEntry[];
  readonly ports?: { readonly containerPort: number }[];
  readonly readinessProbe?: { readonly exec: { readonly command: string[] } };
  readonly livenessProbe?: { readonly exec: { readonly command: string[] } };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: Container[];
        readonly volumes: {
          readonly name: string;
          readonly secret?: { readonly items: { readonly key: string }[] };
        }[];
      };
    };
    readonly podSelector?: Record<string, unknown>;
    readonly policyTypes?: string[];
    readonly ingress?: unknown;
    readonly egress?: { readonly ports: { readonly port: number }[] }[];
  };
}

const serviceVariables: ReadonlySet<string> = new Set(Object.values(VARIABLES).map(({ name }) => name));
let known: ReadonlySet<string>;
beforeAll(async () => {
  const { OTHER_VARIABLES } = await generator();
  known = new Set([...serviceVariables, ...OTHER_VARIABLES.map(({ name }) => name)]);
});

const isOurs = (name: string) => !name.startsWith('POSTGRES_') && !name.startsWith('JAEGER_');

describe('docker-compose.yml', () => {
  let services: Record<string, ComposeService>;
  beforeAll(async () => {
    const file = parse(await read('docker-compose.yml'), { merge: true }) as { services: typeof services };
    services = file.services;
  });
  const environmentOf = (name: string) => services[name]?.environment ?? {};

  it('has every service, the set-up steps, the worker and the three servers', () => {
    expect(Object.keys(services).sort()).toEqual(
      [...SERVICES, 'api-keys', 'keys', 'migrate', 'nats', 'postgres', 'jaeger', 'worker-reference'].sort(),
    );
    for (const service of SERVICES)
      expect(services[service]?.command).toEqual(['apps/standalone/dist/service.js', service]);
  });

  it('sets no variable that nobody reads', () => {
    for (const name of Object.keys(services))
      for (const variable of Object.keys(environmentOf(name)).filter(isOurs))
        expect(known, `${name}: ${variable}`).toContain(variable);
  });

  it('sets every variable that a service reads', () => {
    for (const service of SERVICES)
      expect(Object.keys(environmentOf(service))).toEqual(expect.arrayContaining([...serviceVariables]));
  });

  it('gives each service a port of its own on loopback, the documented one to the gateway', () => {
    const ports = SERVICES.map((service) => environmentOf(service)['COUNTERSIGN_PORT']);
    expect(new Set(ports).size).toBe(SERVICES.length);
    expect(environmentOf('gateway')['COUNTERSIGN_PORT']).toBe(VARIABLES.port.default);
    for (const service of SERVICES) expect(environmentOf(service)['COUNTERSIGN_HOST']).toBe('127.0.0.1');
  });

  it('binds nothing off loopback', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service.ports, name).toBeUndefined();
      expect(service.privileged, name).toBeUndefined();
      expect(JSON.stringify(service), name).not.toContain('0.0.0.0');
    }
    expect(services['postgres']?.command).toContain('listen_addresses=127.0.0.1');
    expect(environmentOf('jaeger')['JAEGER_LISTEN_HOST']).toBe('127.0.0.1');
    expect(environmentOf('keys')['COUNTERSIGN_NATS_HOST']).toBe('127.0.0.1');
  });

  it('starts a service only after the set-up, and asks it whether it is ready', () => {
    for (const service of SERVICES) {
      expect(services[service]?.depends_on?.['migrate']?.condition).toBe('service_completed_successfully');
      expect(services[service]?.healthcheck?.test.join(' ')).toContain('/health/ready');
    }
  });

  it('keeps the keys of the services from the worker', () => {
    expect(services['worker-reference']?.volumes?.some((volume) => volume.startsWith('keys:'))).toBe(false);
  });

  it('names images by version, none as latest', () => {
    for (const [name, { image }] of Object.entries(services)) {
      expect(image, name).toMatch(/:[a-z0-9.]+$/);
      expect(image, name).not.toMatch(/:latest$/);
    }
  });
});

describe('k8s', () => {
  let manifests: Manifest[];
  beforeAll(async () => {
    const files = (await filesUnder(['k8s/base'], ['.yaml'])).filter(
      ({ path }) => !path.endsWith('kustomization.yaml'),
    );
    manifests = files.flatMap(({ text }) =>
      parseAllDocuments(text).map((document) => document.toJS() as Manifest),
    );
  });
  const find = (kind: string, name: string) => {
    const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
    expect(found, `${kind} ${name}`).toBeDefined();
    return found!;
  };
  const containerOf = (manifest: Manifest) => manifest.spec.template.spec.containers[0]!;
  const keysOf = (manifest: Manifest) =>
    manifest.spec.template.spec.volumes
      .find(({ name }) => name === 'keys')!
      .secret!.items.map(({ key }) => key);

  it('lists every folder of the base in its kustomization', async () => {
    const { resources } = parse(await read('k8s/base/kustomization.yaml')) as { resources: string[] };
    expect([...resources].sort()).toEqual(
      [...SERVICES, 'network-policies.yaml', 'setup', 'worker-reference'].sort(),
    );
    const files = await filesUnder(['k8s/base'], ['kustomization.yaml']);
    expect(files).toHaveLength(SERVICES.length + 3);
  });

  it('has a deployment for each service with the variables it reads', async () => {
    const overlay = parse(await read('k8s/overlays/dev/kustomization.yaml')) as {
      configMapGenerator: { name: string; literals: string[] }[];
    };
    const endpoints = overlay.configMapGenerator[0]!.literals.map((literal) => literal.split('=')[0]!);
    for (const service of SERVICES) {
      const container = containerOf(find('Deployment', service));
      expect(container.args).toEqual(['apps/standalone/dist/service.js', service]);
      const names = [...container.env.map(({ name }) => name), ...endpoints];
      expect(names).toEqual(expect.arrayContaining([...serviceVariables]));
      for (const name of names) expect(known, `${service}: ${name}`).toContain(name);
    }
  });

  it('sets no variable that nobody reads on the set-up job and the worker', () => {
    for (const manifest of [find('Job', 'setup'), find('Deployment', 'worker-reference')])
      for (const { name } of containerOf(manifest).env) expect(known, name).toContain(name);
  });

  it('listens on loopback and probes the same port from inside', () => {
    for (const service of SERVICES) {
      const container = containerOf(find('Deployment', service));
      const value = (name: string) => container.env.find((entry) => entry.name === name)?.value;
      expect(value('COUNTERSIGN_HOST')).toBe('127.0.0.1');
      const port = value('COUNTERSIGN_PORT')!;
      expect(container.ports).toEqual([{ name: 'http', containerPort: Number(port) }]);
      expect(container.readinessProbe?.exec.command.join(' ')).toContain(`127.0.0.1:${port}/health/ready`);
      expect(container.livenessProbe?.exec.command.join(' ')).toContain(`127.0.0.1:${port}/health/live`);
    }
    expect(manifests.filter(({ kind }) => kind === 'Service' || kind === 'Ingress')).toEqual([]);
  });

  it('mounts to each pod the keys it needs and no others', async () => {
    for (const service of SERVICES) {
      const users = [
        serviceUser(service),
        ...(RESPONDERS.some((r) => r.service === service) ? [responderUser(service)] : []),
      ];
      expect(keysOf(find('Deployment', service)).sort()).toEqual(
        [
          ...users.map((user) => `${user}.nk`),
          ...databaseRolesOf(service).map(passwordOf),
          'fingerprint.key',
          'quarantine.key',
          ...(service === Service.Scheduler
            ? ['warrant.jwks', 'decision-seal.key', 'approval-seal.key']
            : []),
          ...(service === Service.PolicyEvaluator ? ['decision-seal.key'] : []),
          ...(service === Service.ApprovalService ? ['approval-seal.key'] : []),
        ].sort(),
      );
    }
    expect(keysOf(find('Job', 'setup')).sort()).toEqual(
      [`${PROVISIONER_USER}.nk`, ...SERVICES.flatMap(databaseRolesOf).map(passwordOf)].sort(),
    );
    expect(keysOf(find('Deployment', 'worker-reference'))).toEqual([
      `${poolUser('mcp')}.nk`,
      `${poolUser('agent')}.nk`,
    ]);
    const users = brokerUsers(await readTopology(join(ROOT, VARIABLES.configFile.default))).map(
      ({ name }) => name,
    );
    expect(users).toEqual(expect.arrayContaining([poolUser('mcp'), poolUser('agent')]));
  });

  it('denies all traffic by default, and lets only services and the set-up reach the database', () => {
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(find('NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    for (const policy of policies) expect(policy.spec.ingress).toBeUndefined();
    const toDatabase = policies.filter(({ spec }) =>
      spec.egress?.some(({ ports }) => ports.some(({ port }) => port === 5432)),
    );
    expect(toDatabase.map(({ metadata }) => metadata.name)).toEqual(['allow-postgres']);
    expect(JSON.stringify(toDatabase[0]!.spec.podSelector)).not.toContain('worker');
  });
});

const passwordOf = (role: string) => `${role}.password`;

describe('the Dockerfile', () => {
  it('runs as an unprivileged user, from a build stage, on a supported Node', async () => {
    const text = await read('Dockerfile');
    expect([...text.matchAll(/^FROM (\S+)/gm)].map((match) => match[1])).toEqual([
      'node:22-slim',
      'node:22-slim',
    ]);
    expect(text).toMatch(/^USER node$/m);
    expect(text).toContain('npm ci');
  });

  it('keeps local state and keys out of the image', async () => {
    expect((await read('.dockerignore')).split('\n')).toEqual(
      expect.arrayContaining(['.countersign', '.git', '**/node_modules']),
    );
  });
});
