import { expect, it } from 'vitest';
import { CodedError } from '@countersign/kernel';
import { explainFailure } from './explain-failure.js';

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });

it.each([
  ['a taken port', withCode('EADDRINUSE', 'listen EADDRINUSE: 127.0.0.1:8081'), 'COUNTERSIGN_PORT'],
  ['a taken port of a child process', new Error('gateway ended (1):\nlisten EADDRINUSE'), 'COUNTERSIGN_PORT'],
  [
    'a refused policy',
    new CodedError('invalid_policy', 'the policy is refused:\na.yaml:1:1 x'),
    'a.yaml:1:1 x',
  ],
  [
    'a server that is away',
    new AggregateError([withCode('ECONNREFUSED', 'connect ECONNREFUSED')]),
    'NATS_URL',
  ],
  [
    'settings of notifications that are not there',
    withCode('ENOENT', "ENOENT: no such file or directory, open '/etc/notes.json'"),
    'COUNTERSIGN_NOTIFICATIONS',
  ],
  ['anything else', new TypeError('x is not a function'), 'LOG_LEVEL=debug'],
])('says what to do about %s, without a stack trace', (_name, error, wanted) => {
  const text = explainFailure(error);
  expect(text).toContain(wanted);
  expect(text).toContain('What to do:');
  expect(text).not.toMatch(/^\s+at /m);
});

it('adds nothing to a message that ends with its remedy', () => {
  const message = 'no nats-server\nWhat to do: install one.';
  expect(explainFailure(new Error(message))).toBe(message);
});
