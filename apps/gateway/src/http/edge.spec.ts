import { describe, expect, it } from 'vitest';
import { CodedError, newTraceparent, traceIdOf } from '@countersign/kernel';
import { localCallerOf } from '../identity/local-caller.js';
import { Side } from '../identity/routes.js';
import { problemOf } from './problem.js';
import { isJsonType } from './read-json.js';
import { chooseTrace } from './request-trace.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  remoteAddress,
  target: '/api/v1/jobs',
  headers: Object.fromEntries(
    Object.entries({ host: '127.0.0.1:8081', ...headers }).map(([name, value]) => [name, [value]]),
  ),
});

describe('the caller of a request', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('is local from %s', (address) => {
    const expected = { tenant: 'default', by: 'loopback', groups: [] };
    expect(localCallerOf(from(address), Side.Producer)).toMatchObject({
      ...expected,
      name: 'local-producer',
    });
    expect(localCallerOf(from(address), Side.Operator)).toMatchObject({
      ...expected,
      name: 'local-operator',
    });
  });

  it.each(['10.0.0.1', '128.0.0.1', '::ffff:10.0.0.1', '::2', '127.0.0.1.evil', undefined])(
    'is not known from %s',
    (address) => expect(() => localCallerOf(from(address), Side.Producer)).toThrow('loopback'),
  );

  it.each(['localhost', 'localhost:8081', '[::1]:8081'])('may name this machine %s', (host) => {
    const origin = `http://${host}`;
    expect(localCallerOf(from('::1', { host, origin }), Side.Operator).name).toBe('local-operator');
  });

  it.each(['null', 'http://127.0.0.1:9999', 'https://127.0.0.1:8081'])('is no page of %s', (origin) => {
    expect(() => localCallerOf(from('127.0.0.1', { origin }), Side.Operator)).toThrow('other sites');
  });
});

describe('problem details', () => {
  it('tell nothing of an unknown error', () => {
    const problem = problemOf(new Error('password=hunter2'), TRACE_ID);
    expect(problem).toMatchObject({ status: 500, code: 'internal_error', trace_id: TRACE_ID });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it.each([
    ['a coded error with a code of another layer', new CodedError('disk_full', 'hunter2')],
    ['a client error that is not meant for clients', Object.assign(new Error('hunter2'), { status: 400 })],
    [
      'a server error that says it may be shown',
      Object.assign(new Error('hunter2'), { status: 500, expose: true }),
    ],
    ['a thrown text', 'hunter2'],
    ['nothing', undefined],
  ])('tell nothing of %s', (_, error) => {
    const problem = problemOf(error, TRACE_ID);
    expect([problem.status, problem.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });
});

describe('the trace of a request', () => {
  const sent = newTraceparent();

  it('is the active span’s, else the header’s, else a fresh one', () => {
    const span = newTraceparent();
    expect(chooseTrace(sent, () => span)).toEqual({ traceparent: span, traceId: traceIdOf(span) });
    expect(chooseTrace(sent, (fallback) => fallback).traceparent).toBe(sent);
    expect(chooseTrace(sent, () => undefined).traceparent).toBe(sent);
    expect(chooseTrace(undefined, () => undefined).traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['two of them', [sent, sent]],
    ['zeros', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['garbage', 'x'],
  ])('is fresh when the header holds %s', (_, header) => {
    const trace = chooseTrace(header, (fallback) => fallback);
    expect(traceIdOf(trace.traceparent)).toBe(trace.traceId);
    expect(trace.traceparent).not.toBe(sent);
  });
});

describe('a JSON content type', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('is %s', (type) => expect(isJsonType(type)).toBe(true));
  it.each([
    undefined,
    '',
    'text/json',
    'application/json5',
    'application/json; charset=latin1',
    'application/problem+json',
  ])('is not %s', (type) => expect(isJsonType(type)).toBe(false));
});
