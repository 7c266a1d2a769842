import express from 'express';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addKey, bearer, startGateway } from '../testing/gateway-fixture.js';
import { readConsole } from './console-files.js';
import { CONTENT_SECURITY_POLICY, serveConsole } from './serve-console.js';

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  let server: Server;
  let url = '';
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>the page');
    writeFileSync(join(folder, 'assets', 'index-abc.js'), 'script');
    writeFileSync(join(folder, 'built-from'), 'not for anybody');
    const app = express();
    app.use(serveConsole(readConsole(folder)));
    app.use((_request, response) => void response.status(404).send('unknown'));
    await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['/', '/queue', '/jobs/01JD4XQ8Z6T0V9K3M2N5P7R8S1', '/apiary'])(
    'is the page at %s for a browser',
    async (path) => {
      const reply = await fetch(`${url}${path}`, { headers: PAGE });
      expect([reply.status, await reply.text()]).toEqual([200, '<!doctype html>the page']);
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    },
  );

  it.each([
    '/api',
    '/API/v1/nothing',
    '/health/x',
    '/assets/gone.js',
    '/assets/..%2Fbuilt-from',
    '/built-from',
  ])('is nothing at %s', async (path) => {
    const headers = path === '/built-from' ? {} : PAGE;
    expect((await fetch(`${url}${path}`, { headers })).status).toBe(404);
  });

  it('is nothing at an unknown address for a program, and nothing to write to', async () => {
    expect((await fetch(`${url}/queue`)).status).toBe(404);
    expect((await fetch(`${url}/`, { method: 'POST', headers: PAGE })).status).toBe(404);
  });

  it('may be kept by caches where its name has the digest of its content', async () => {
    const reply = await fetch(`${url}/assets/index-abc.js`);
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(reply.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('answers HEAD like GET, without the body', async () => {
    const reply = await fetch(`${url}/assets/index-abc.js`, { method: 'HEAD' });
    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([200, '6', '']);
  });

  it('has no inline script or style in its policy, and nobody else’s address', () => {
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:|\*/);
  });

  it('is not there where it was not built', () => {
    expect(readConsole(join(folder, 'nowhere')).size).toBe(0);
  });
});

describe('who the caller is', () => {
  it('is told to them, without their credential', async () => {
    const traces = 'https://jaeger.example/trace/{trace_id}';
    const gateway = await startGateway({ settings: { console: { traces_url: traces } } });
    const grant = { name: 'ann', roles: ['reviewer'] as const, groups: ['finance'] };
    const key = addKey(gateway.tables, grant);
    const reply = await gateway.call('GET', '/api/v1/me', { headers: bearer(key) });
    await gateway.close();
    expect(reply.json).toEqual({
      name: 'ann',
      tenant_id: 'default',
      roles: ['reviewer'],
      groups: ['finance'],
      verified_by: 'api_key',
      traces_url: traces,
    });
  });
});
