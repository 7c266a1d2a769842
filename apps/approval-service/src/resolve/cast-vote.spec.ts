import { describe, expect, it } from 'vitest';
import type { Vote } from '../approval/approval.js';
import { castVote, type Ballot, type VotableApproval } from './cast-vote.js';

const approval = (over: Partial<VotableApproval> = {}): VotableApproval => ({
  state: 'PENDING',
  isPastExpiry: false,
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
  ...over,
});
const vote = (over: Partial<Vote> = {}): Vote => {
  const { groups: _, ...cast } = ballot(over);
  return cast;
};

describe('castVote', () => {
  it('grants by one approval and keeps the vote', () => {
    expect(castVote(approval(), ballot({ note: 'ticket 4711' }))).toEqual({
      ok: true,
      state: 'GRANTED',
      votes: [vote({ note: 'ticket 4711' })],
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
      });
    });
  });
});
