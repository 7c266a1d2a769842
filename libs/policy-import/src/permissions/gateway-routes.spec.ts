import { describe, expect, it } from 'vitest';
import { decide, loadPolicy } from '@countersign/policy-engine';
import { aRequest } from '../testing/agreement.js';
import { importPermissions } from './import-permissions.js';

const SOURCE = `
routes:
  - { path: /api/github/*, rate_limit: 100/minute, burst: 20 }
  - { path: /api/status, methods: [GET] }
`;
const ROUTES = { '/api/github/*': ['job.github.>'], '/api/status': ['job.status'] };

function decisionOn(topic: string) {
  const imported = importPermissions(SOURCE, { routes: ROUTES });
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  const loaded = loadPolicy(imported.files.map(({ path, text }) => ({ file: path, text })));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return decide(loaded.snapshot, aRequest({ topic }));
}

describe('gateway routes (G13)', () => {
  it('let jobs through at the rate of their route', () => {
    expect(decisionOn('job.github.issues.list')).toMatchObject({
      type: 'THROTTLE',
      obligations: { throttle: { limits: [{ limit: 100, window_sec: 60, burst: 20 }] } },
    });
  });

  it('let jobs through when their route has no rate', () => {
    expect(decisionOn('job.status').type).toBe('ALLOW');
  });

  it('let nothing else through', () => {
    expect(decisionOn('job.deploy.run').type).toBe('DENY');
  });

  it('name what the gateway keeps', () => {
    expect(importPermissions(SOURCE, { routes: ROUTES }).report.notExpressed).toMatchObject([
      { source: 'routes[1].methods[0]', line: 4 },
    ]);
  });
});
