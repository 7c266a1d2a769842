import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constraints } from '../policy-rule.js';
import { EvaluationFault } from './evaluation-fault.js';
import { intersectLists, meetHosts, meetPaths } from './intersect-lists.js';
import { mergeConstraints } from './merge-constraints.js';

describe('merged constraints', () => {
  it('take the smaller of each limit and keep what only one rule states', () => {
    expect(
      mergeConstraints(
        { max_runtime_sec: 45, max_retries: 0, cpus: 0.5 },
        { max_runtime_sec: 2, max_retries: 3, memory_mb: 64 },
      ),
    ).toEqual({ max_runtime_sec: 2, max_retries: 0, cpus: 0.5, memory_mb: 64 });
  });

  it('take the longer wait', () => {
    const merged = mergeConstraints(
      { backoff_sec: { min: 1, max: 5 } },
      { backoff_sec: { min: 9, max: 10 } },
    );
    expect(merged).toEqual({ backoff_sec: { min: 9, max: 10 } });
  });

  it('allow nothing where two lists have nothing in common', () => {
    const merged = mergeConstraints(
      { paths: { read: ['a'] }, network: { allow: ['a.example'] } },
      { paths: { read: ['b'], write: ['c'] }, network: { allow: ['b.example'] } },
    );
    expect(merged).toEqual({ paths: { read: [], write: ['c'] }, network: { allow: [] } });
  });

  it('join variables, and refuse two values for one', () => {
    expect(mergeConstraints({ env: { A: '1' } }, { env: { A: '1', B: '2' } })).toEqual({
      env: { A: '1', B: '2' },
    });
    expect(() => mergeConstraints({ env: { A: '1' } }, { env: { A: '2' } })).toThrow(EvaluationFault);
  });

  const limit = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
  const list = fc
    .uniqueArray(fc.constantFrom('.', 'a', 'a/b', 'a/b/c', 'ab', '/', '/a'), { maxLength: 3 })
    .map((l) => l.sort());
  const hosts = fc
    .uniqueArray(fc.constantFrom('a.x', '*.x', 'a.x:1', '*.x:2', '*.a.x', 'b.a.x'), { maxLength: 3 })
    .map((l) => l.sort());
  const constraints = fc
    .record({
      max_retries: limit,
      memory_mb: limit,
      read: fc.option(list, { nil: undefined }),
      hosts: fc.option(hosts, { nil: undefined }),
    })
    .map(({ max_retries, memory_mb, read, hosts: allow }): Constraints => ({
      ...(max_retries !== undefined && { max_retries }),
      ...(memory_mb !== undefined && { memory_mb }),
      ...(read && { paths: { read } }),
      ...(allow && { network: { allow } }),
    }));

  it('do not depend on the order', () => {
    fc.assert(
      fc.property(constraints, constraints, constraints, (a, b, c) => {
        expect(mergeConstraints(a, b)).toEqual(mergeConstraints(b, a));
        expect(mergeConstraints(mergeConstraints(a, b), c)).toEqual(
          mergeConstraints(a, mergeConstraints(b, c)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('allow a path or a host exactly when both rules do', () => {
    const path = fc.constantFrom('a', 'a/b', 'a/b/c', 'a/z', 'ab', 'c', '/', '/a', '/a/b', '/z');
    const reads = (allowed: readonly string[], one: string) =>
      allowed.some((entry) => meetPaths(entry, one) === one);
    fc.assert(
      fc.property(list, list, path, (a, b, one) => {
        expect(reads(intersectLists(a, b, meetPaths), one)).toBe(reads(a, one) && reads(b, one));
      }),
      { numRuns: 2000 },
    );
    const host = fc.constantFrom('x:1', 'a.x:1', 'a.x:2', 'b.x:2', 'b.a.x:1', 'ax:1');
    const reaches = (allowed: readonly string[], one: string) =>
      allowed.some((entry) => meetHosts(entry, one) === one);
    fc.assert(
      fc.property(hosts, hosts, host, (a, b, one) => {
        expect(reaches(intersectLists(a, b, meetHosts), one)).toBe(reaches(a, one) && reaches(b, one));
      }),
      { numRuns: 2000 },
    );
  });
});
