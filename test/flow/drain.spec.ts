import { SERVICES } from '@countersign/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestServices } from './support/services.js';

let services: TestServices;
beforeAll(async () => {
  services = await TestServices.start();
});
afterAll(async () => {
  await services?.stop();
});

it('SIGTERM under load ends every process within 10 s with exit code 0, and no accepted job is lost (F22, I3)', async () => {
  const accepted: string[] = [];
  let submitting = true;
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (submitting) {
        const answer = await services.api
          .call<{ job_id: string }>('POST', '/api/v1/jobs', {
            topic: 'job.mcp-bridge.read.list_tickets',
            tenant_id: 'default',
          })
          // The gateway is down for a moment: then nothing was accepted.
          .catch(() => undefined);
        if (answer?.status === 202) accepted.push(answer.body.job_id);
      }
    }),
  );
  for (const part of [...SERVICES, 'worker' as const]) {
    const before = accepted.length;
    const { process: child } = services.child(part);
    const startedAt = performance.now();
    await services.child(part).stop();
    expect({ part, code: child.exitCode, signal: child.signalCode }).toEqual({ part, code: 0, signal: null });
    // A limit that the platform promises, not a speed that is measured.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await services.startPart(part);
    expect(accepted.length).toBeGreaterThanOrEqual(before);
  }
  submitting = false;
  await load;
  expect(accepted.length).toBeGreaterThan(20);
  for (const id of accepted)
    expect(
      (await services.api.reaches(id, 'COMPLETED')).attempts.filter((a) => a.outcome === 'succeeded'),
    ).toHaveLength(1);
  expect((await services.api.call<{ ok: boolean }>('GET', '/api/v1/audit/verify')).body).toMatchObject({
    ok: true,
  });
}, 180_000);
