import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vote } from '../approval/approval.js';
import { castVote, type Ballot, type VotableApproval } from './cast-vote.js';

const approval = (over: Partial<VotableApproval> = {}): VotableApproval => ({
  state: 'PENDING',
  job_hash: 'sha256:aa',
  isIntact: true,
  isPastExpiry: false,
  isEscalated: false,
  escalate_to: [],
  confirm: null,
  caller: 'local-producer',
  agent_id: 'agent-7',
  quorum: 1,
  groups: [],
  votes: [],
  ...over,
});
const ballot = (over: Partial<Ballot> = {}): Ballot => ({
  voter: 'local-operator',
  vote: 'approve',
  at: '2026-01-01T00:00:00.000Z',
  note: '',
  groups: [],
  names: [],
  isPerson: true,
  confirm: undefined,
  expectedHash: undefined,
  ...over,
});
const vote = (over: Partial<Vote> = {}): Vote => {
  const { voter, vote: choice, at, note } = ballot(over);
  return { voter, vote: choice, at, note };
};

describe('castVote', () => {
  it('grants by one approval and keeps the vote', () => {
    expect(castVote(approval(), ballot({ note: 'ticket 4711' }))).toEqual({
      ok: true,
      state: 'GRANTED',
      votes: [vote({ note: 'ticket 4711' })],
      isRepeated: false,
    });
  });

  it('rejects by one denial', () => {
    expect(castVote(approval(), ballot({ vote: 'deny' }))).toMatchObject({ ok: true, state: 'REJECTED' });
  });

  it('knows nothing of an approval that is not there', () => {
    expect(castVote(undefined, ballot())).toEqual({ ok: false, code: 'not_found' });
  });

  it.each(['GRANTED', 'REJECTED', 'WITHDRAWN'] as const)('H04: nothing follows after %s', (state) => {
    for (const choice of ['approve', 'deny'] as const)
      expect(castVote(approval({ state }), ballot({ vote: choice }))).toEqual({
        ok: false,
        code: 'already_resolved',
      });
  });

  it('H04: of an approval and a denial exactly the first counts', () => {
    const first = castVote(approval(), ballot({ vote: 'deny', voter: 'first' }));
    if (!first.ok) throw new Error(first.code);
    expect(castVote(approval(first), ballot({ voter: 'second' }))).toEqual({
      ok: false,
      code: 'already_resolved',
    });
  });

  it('H03: refuses an approval past its time though no sweep has ended it', () => {
    expect(castVote(approval({ isPastExpiry: true }), ballot())).toEqual({ ok: false, code: 'expired' });
  });

  it('H03: refuses an approval that the sweep has ended', () => {
    expect(castVote(approval({ state: 'EXPIRED', isPastExpiry: true }), ballot())).toEqual({
      ok: false,
      code: 'expired',
    });
  });

  it.each(['local-producer', 'LOCAL-Producer', 'agent-7'])(
    'refuses the vote of the submitter %s',
    (voter) => {
      for (const choice of ['approve', 'deny'] as const)
        expect(castVote(approval(), ballot({ voter, vote: choice }))).toEqual({
          ok: false,
          code: 'self_approval',
        });
    },
  );

  it('lets nobody approve what an unknown submitter sent, but anybody deny it', () => {
    const unknown = approval({ caller: null, agent_id: null });
    expect(castVote(unknown, ballot())).toEqual({ ok: false, code: 'submitter_unknown' });
    expect(castVote(unknown, ballot({ vote: 'deny' }))).toMatchObject({ ok: true, state: 'REJECTED' });
  });

  it('asks for a group of the voter where the rule names groups', () => {
    const grouped = approval({ groups: ['sre', 'security'] });
    expect(castVote(grouped, ballot())).toEqual({ ok: false, code: 'not_in_group' });
    expect(castVote(grouped, ballot({ groups: ['security'] }))).toMatchObject({ ok: true, state: 'GRANTED' });
  });

  describe('with a quorum of two', () => {
    const half = approval({ quorum: 2, votes: [vote({ voter: 'alice' })] });

    it('stays open after the first approval', () => {
      expect(castVote(approval({ quorum: 2 }), ballot())).toMatchObject({ ok: true, state: 'PENDING' });
    });

    it('grants by a second person', () => {
      expect(castVote(half, ballot({ voter: 'bob' }))).toMatchObject({ ok: true, state: 'GRANTED' });
    });

    it.each(['alice', 'Alice'])('does not count %s twice', (voter) => {
      expect(castVote(half, ballot({ voter }))).toEqual({ ok: false, code: 'already_voted' });
    });

    it('rejects by one denial, also of someone who approved before', () => {
      expect(castVote(half, ballot({ voter: 'alice', vote: 'deny' }))).toEqual({
        ok: true,
        state: 'REJECTED',
        votes: [vote({ voter: 'alice', vote: 'deny' })],
        isRepeated: false,
      });
    });
  });

  describe('bound to what the reviewer saw (H8, H06)', () => {
    it('counts for the same hash and is stale for any other, open or not', () => {
      expect(castVote(approval(), ballot({ expectedHash: 'sha256:aa' }))).toMatchObject({ ok: true });
      for (const state of ['PENDING', 'GRANTED', 'EXPIRED'] as const)
        expect(castVote(approval({ state }), ballot({ expectedHash: 'sha256:bb' }))).toEqual({
          ok: false,
          code: 'stale_request',
        });
    });

    it('approves nothing whose bytes were changed since, and may still deny it', () => {
      const changed = approval({ isIntact: false });
      expect(castVote(changed, ballot())).toEqual({ ok: false, code: 'stale_request' });
      expect(castVote(changed, ballot({ vote: 'deny' }))).toMatchObject({ ok: true, state: 'REJECTED' });
    });
  });

  describe('said twice', () => {
    const granted = approval({ state: 'GRANTED', votes: [vote()] });

    it('is the same answer for who gave it, in any case of their name', () => {
      for (const voter of ['local-operator', 'Local-Operator'])
        expect(castVote(granted, ballot({ voter }))).toEqual({
          ok: true,
          state: 'GRANTED',
          votes: [vote()],
          isRepeated: true,
        });
    });

    it.each<[string, Partial<Ballot>]>([
      ['for another', { voter: 'bob' }],
      ['with another answer', { vote: 'deny' }],
      ['by a program of that name', { isPerson: false }],
    ])('is resolved already %s', (_, over) => {
      expect(castVote(granted, ballot(over))).toEqual({ ok: false, code: 'already_resolved' });
    });
  });

  describe('who is who (H4, H7, H13)', () => {
    it('lets no program vote, neither way', () => {
      for (const choice of ['approve', 'deny'] as const)
        expect(castVote(approval(), ballot({ isPerson: false, vote: choice }))).toEqual({
          ok: false,
          code: 'not_a_person',
        });
    });

    it.each(['local-producer', 'AGENT-7'])('knows the submitter behind another credential, %s', (name) => {
      expect(castVote(approval(), ballot({ voter: 'ann', names: ['x', name] }))).toEqual({
        ok: false,
        code: 'self_approval',
      });
    });

    it('gives one person one seat of a quorum, by however many credentials', () => {
      const half = approval({ quorum: 2, votes: [vote({ voter: 'ann' })] });
      expect(castVote(half, ballot({ voter: 'acme:ann', names: ['ann'] }))).toEqual({
        ok: false,
        code: 'already_voted',
      });
    });
  });

  describe('escalated (H7)', () => {
    const asked = approval({ groups: ['sre'], escalate_to: ['leads'] });

    it('lets the next group answer only then, and the first one still', () => {
      expect(castVote(asked, ballot({ groups: ['leads'] }))).toEqual({ ok: false, code: 'not_in_group' });
      const escalated = { ...asked, isEscalated: true };
      for (const group of ['leads', 'sre'])
        expect(castVote(escalated, ballot({ groups: [group] }))).toMatchObject({ state: 'GRANTED' });
      expect(castVote(escalated, ballot({ groups: ['others'] }))).toMatchObject({ code: 'not_in_group' });
    });
  });

  describe('with a typed confirmation (H5)', () => {
    const critical = approval({ confirm: 'wire_money' });

    it.each([undefined, '', 'WIRE_MONEY', 'wire_money ', 'yes', 'true'])('takes no %j for it', (confirm) => {
      expect(castVote(critical, ballot({ confirm }))).toEqual({
        ok: false,
        code: 'confirmation_required',
      });
    });

    it('takes the name of the action, and needs none to deny', () => {
      expect(castVote(critical, ballot({ confirm: 'wire_money' }))).toMatchObject({ state: 'GRANTED' });
      expect(castVote(critical, ballot({ vote: 'deny' }))).toMatchObject({ state: 'REJECTED' });
    });
  });

  it('H04: never gives two people different ends, whatever they say in whatever order', () => {
    const votes = fc.array(
      fc.record({
        voter: fc.constantFrom('ann', 'bob', 'cem', 'local-producer'),
        vote: fc.constantFrom('approve' as const, 'deny' as const),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(votes, fc.integer({ min: 1, max: 3 }), (cast, quorum) => {
        let at = approval({ quorum });
        const ends = new Set<string>();
        for (const one of cast) {
          const result = castVote(at, ballot(one));
          if (!result.ok) continue;
          at = { ...at, state: result.state, votes: result.votes };
          if (result.state !== 'PENDING') ends.add(result.state);
        }
        expect(ends.size).toBeLessThanOrEqual(1);
        const approvers = new Set(at.votes.filter((v) => v.vote === 'approve').map((v) => v.voter));
        if (at.state === 'GRANTED') expect(approvers.size).toBe(quorum);
        expect(approvers.has('local-producer')).toBe(false);
      }),
    );
  });
});
