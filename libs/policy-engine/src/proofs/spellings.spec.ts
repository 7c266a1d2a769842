import { describe, expect, it } from 'vitest';
import { GUARD_MS } from './guard.js';
import { decide } from '../decide/decide.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import { aRequest, aSnapshotOf } from '../testing/builders.js';
import { seededDraw, type Draw } from './draw.js';
import { respelled, respelledAddress, rewritten } from './spellings.js';

const SPELLINGS = 10_000;

/** Everything but one name is allowed. */
const allBut = (match: object) =>
  aSnapshotOf([
    { id: 'denied', match, decision: 'deny' },
    { id: 'the-rest', match: { topics: ['job.>'] }, decision: 'allow' },
  ]);

/** The spellings of a denied name that get through. */
function allowedSpellings(match: object, spell: (draw: Draw) => Partial<PolicyRequest>): string[] {
  const snapshot = allBut(match);
  const draw = seededDraw(7);
  const through: string[] = [];
  for (let count = 0; count < SPELLINGS; count++) {
    const over = spell(draw);
    if (decide(snapshot, aRequest(over)).type !== 'DENY') through.push(JSON.stringify(over));
  }
  return through;
}

describe('ten thousand spellings of a denied name', { timeout: GUARD_MS }, () => {
  it('of a topic get nothing through (P08)', () => {
    const match = { topics: ['job.pay.release_payment'] };
    expect(
      allowedSpellings(match, (draw) => ({ topic: respelled(draw, 'job.pay.release_payment') })),
    ).toEqual([]);
  });

  it('of an action get nothing through (P07, P08)', () => {
    const match = { actions: ['release_payment'] };
    expect(allowedSpellings(match, (draw) => ({ action: respelled(draw, 'release_payment') }))).toEqual([]);
  });

  it('of an action that a glob denies get nothing through (P07, P08)', () => {
    const match = { actions: ['release_*'] };
    expect(allowedSpellings(match, (draw) => ({ action: respelled(draw, 'release_payment') }))).toEqual([]);
  });

  it('of an action in its topic get nothing through (P07, P08)', () => {
    const match = { actions: ['release_payment'] };
    expect(
      allowedSpellings(match, (draw) => ({ topic: respelled(draw, 'job.pay.release_payment') })),
    ).toEqual([]);
  });

  it('of a resource get nothing through (P07, P08)', () => {
    const match = { resources: ['github.com/acme/prod-db'] };
    expect(
      allowedSpellings(match, (draw) => ({
        resource: respelledAddress(draw, 'github.com', '/acme/prod-db'),
      })),
    ).toEqual([]);
  });

  it('of a resource in other letter cases, widths, scripts and ports, with hidden characters, get nothing through (P08)', () => {
    const match = { resources: ['github.com/acme/prod-db'] };
    expect(
      allowedSpellings(match, (draw) => ({ resource: rewritten(draw, 'github.com/acme/prod-db') })),
    ).toEqual([]);
  });

  it('of a tag get nothing through (P08)', () => {
    const match = { risk_tags: ['destructive'] };
    expect(allowedSpellings(match, (draw) => ({ riskTags: [respelled(draw, 'destructive')] }))).toEqual([]);
  });

  it('are names in the usual spelling too, which is denied by the rule', () => {
    const decision = decide(allBut({ resources: ['github.com/acme/prod-db'] }), {
      ...aRequest(),
      resource: 'github.com/acme/prod-db',
    });
    expect(decision.ruleIds[0]).toBe('denied');
    expect(decide(allBut({ resources: ['a/b'] }), { ...aRequest(), resource: 'a/c' }).type).toBe('ALLOW');
  });
});
