import { validate } from '@countersign/contracts';
import { expect, it } from 'vitest';
import { documented, readBody } from '../http/schema-body.js';
import { ActivateBody, ExplainBody, PushBody, ReplayBody, SimulateBody } from './policy-bodies.js';

const BODIES = { ActivateBody, ExplainBody, PushBody, ReplayBody, SimulateBody };

it.each(Object.entries(BODIES))('%s holds no other schema by its name', (_, schema) => {
  expect(JSON.stringify(schema)).not.toContain('"$id"');
  expect(JSON.stringify(documented(schema))).toBe(JSON.stringify(schema));
  expect(() => validate(schema, {})).not.toThrow();
});

it('a job inside of a body is judged like one that is sent', () => {
  const bytes = (job: object) => new TextEncoder().encode(JSON.stringify({ job }));
  expect(readBody(SimulateBody, bytes({ topic: 'job.a', tenant_id: 't' }))).toMatchObject({
    job: { topic: 'job.a' },
  });
  expect(() => readBody(SimulateBody, bytes({ topic: 'job.a', tenant_id: 't', approved: true }))).toThrow(
    '/job/approved',
  );
});
