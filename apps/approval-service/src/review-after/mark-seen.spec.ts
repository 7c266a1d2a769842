import { describe, expect, it } from 'vitest';
import { markSeen, type Look } from './mark-seen.js';

type Marked = NonNullable<Parameters<typeof markSeen>[0]>;

const review = (over: Partial<Marked> = {}): Marked => ({
  state: 'waiting',
  caller: 'local-producer',
  agent_id: 'agent-7',
  seen_by: null,
  verdict: null,
  ...over,
});
const look = (over: Partial<Look> = {}): Look => ({
  by: 'ann',
  names: [],
  isPerson: true,
  verdict: 'fine',
  ...over,
});
const refused = (code: string) => ({ ok: false, code });

describe('markSeen (H12)', () => {
  it.each(['fine', 'problem'] as const)('takes the word of a person, %s', (verdict) => {
    expect(markSeen(review(), look({ verdict }))).toEqual({ ok: true, isRepeated: false });
  });

  it('knows nothing of work that nobody is asked about', () => {
    expect(markSeen(undefined, look())).toEqual(refused('not_found'));
  });

  it('takes no program’s word, neither way (H4)', () => {
    for (const verdict of ['fine', 'problem'] as const)
      expect(markSeen(review(), look({ isPerson: false, verdict }))).toEqual(refused('not_a_person'));
  });

  it.each(['local-producer', 'LOCAL-Producer', 'agent-7'])(
    'takes no word of the submitter %s (H7)',
    (name) => {
      for (const verdict of ['fine', 'problem'] as const) {
        expect(markSeen(review(), look({ by: name, verdict }))).toEqual(refused('self_approval'));
        expect(markSeen(review(), look({ names: ['x', name], verdict }))).toEqual(refused('self_approval'));
      }
    },
  );

  it('takes no word of who has edited what was asked for (H7)', () => {
    expect(markSeen(review(), look({ names: ['Eve'] }), ['bob', 'eve'])).toEqual(refused('self_approval'));
    expect(markSeen(review(), look(), ['bob', 'eve'])).toEqual({ ok: true, isRepeated: false });
  });

  it('lets nobody call the work of an unknown submitter fine, but anybody a problem', () => {
    const unknown = review({ caller: null, agent_id: null });
    expect(markSeen(unknown, look())).toEqual(refused('submitter_unknown'));
    expect(markSeen(unknown, look({ verdict: 'problem' }))).toEqual({ ok: true, isRepeated: false });
  });

  describe('said twice', () => {
    const seen = review({ state: 'seen', seen_by: 'ann', verdict: 'fine' });

    it('is the same for who said it, by whichever of their names', () => {
      for (const same of [look(), look({ by: 'Ann' }), look({ by: 'acme:ann', names: ['ann'] })])
        expect(markSeen(seen, same)).toEqual({ ok: true, isRepeated: true });
    });

    it.each<[string, Partial<Look>]>([
      ['another person', { by: 'bob' }],
      ['another word', { verdict: 'problem' }],
    ])('is refused with %s', (_, over) => {
      expect(markSeen(seen, look(over))).toEqual(refused('already_seen'));
    });
  });
});
