import { afterEach, describe, expect, it, vi } from 'vitest';
import { decide } from '../decide/decide.js';
import { aRequest, aSnapshotOf } from '../testing/builders.js';

afterEach(() => vi.unstubAllEnvs());

const PARTS = [
  'FullYear',
  'Month',
  'Date',
  'DayOfMonth',
  'DayOfWeek',
  'DayOfYear',
  'Hours',
  'Minutes',
  'Seconds',
  'Milliseconds',
];
const ZONES = ['', '"UTC"', '"Europe/Berlin"', '"Asia/Tokyo"', '"America/Los_Angeles"'];
/** Days, months and years that end in one zone and not in another, and hours that summer time takes or gives twice. */
const INSTANTS = [
  '2026-11-20T20:30:00Z',
  '2026-12-31T23:59:59.999Z',
  '2027-01-01T00:00:00Z',
  '2028-02-29T15:00:00Z',
  '2026-03-29T01:00:00Z',
  '2026-10-25T00:30:00Z',
  '2026-03-08T10:00:00Z',
  '2026-11-01T09:00:00Z',
];

/** What each function of time says of each instant, found by asking for every value it can have. */
function answers(): string[] {
  const rules = PARTS.flatMap((part) =>
    ZONES.map((zone) => ({
      id: `${part}-${ZONES.indexOf(zone)}`,
      decision: 'allow',
      match: { topics: ['job.>'] },
      when: `now.get${part}(${zone}) % 7 == 3`,
    })),
  );
  const windows = ZONES.slice(1).map((zone, at) => ({
    id: `within-${at}`,
    decision: 'allow',
    match: { topics: ['job.>'] },
    when: `time.within("mon-fri 09:00-17:00", ${zone}) || time.within("sat,sun 22:00-02:00", ${zone})`,
  }));
  const snapshot = aSnapshotOf([...rules, ...windows]);
  return INSTANTS.map((now) => [...decide(snapshot, aRequest({ now })).ruleIds].sort().join(' '));
}

describe('functions of time (P8)', () => {
  it.each(['Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Chatham'])(
    'say the same in a process whose own zone is %s',
    (zone) => {
      vi.stubEnv('TZ', 'UTC');
      const wanted = answers();
      vi.stubEnv('TZ', zone);
      // Else the process would not have changed its zone, and nothing was shown.
      expect(new Date('2026-11-20T20:30:00Z').getTimezoneOffset()).not.toBe(0);
      expect(answers()).toEqual(wanted);
      expect(wanted.join('')).not.toBe('');
    },
  );
});
