import { describe, expect, it } from 'vitest';
import { errorsOf } from '../testing/builders.js';
import { timeWindowFault, timeZoneFault } from './time-faults.js';

describe('a window of time that is none (P04)', () => {
  it.each([
    ['9:00-17:00', '09:00-17:00'],
    ['9-17', '09:00-17:00'],
    ['Mon-Fri 09:00-17:00', 'mon-fri 09:00-17:00'],
    ['Monday \u2013 Friday, 9\u201317:30', 'mon-fri 09:00-17:30'],
    ['mon, wed 08.30 to 12.00', 'mon,wed 08:30-12:00'],
  ])('%s suggests %s', (text, meant) => {
    expect(timeWindowFault(text)).toContain(`; did you mean "${meant}"?`);
  });

  it.each(['', 'office hours', '25:00-26:00', '09:00', '09:00-09:00'])('%j suggests nothing', (text) => {
    expect(timeWindowFault(text)).toBe(
      'a window of time must read like "09:00-17:00" or "mon-fri 09:00-17:00"',
    );
  });

  it('has no fault if it is one', () => {
    expect(timeWindowFault('22:00-06:00')).toBeUndefined();
    expect(timeZoneFault('Europe/Berlin')).toBeUndefined();
  });
});

describe('a time zone that is none (P04)', () => {
  it.each([
    ['Europe/Berln', '; did you mean Europe/Berlin?'],
    ['+02:00', 'such as "Europe/Berlin"'],
  ])('%s says %s', (text, told) => expect(timeZoneFault(text)?.endsWith(told)).toBe(true));
});

describe('time.within in a condition', () => {
  const policy = (when: string) => `version: v1
rules:
  - id: a
    match: { topics: [job.x] }
    when: ${when}
    decision: deny
`;

  it('is refused with its place and a suggestion when its window or its zone are none', () => {
    const errors = errorsOf(policy('time.within("9:00-17:00", "Europe/Berln") == false'));
    expect(errors.map(({ line, column, message }) => [line, column, message])).toEqual([
      [5, 23, expect.stringMatching(/^condition of a: a window .* did you mean "09:00-17:00"\?$/)],
      [5, 37, expect.stringMatching(/^condition of a: a time zone .* did you mean Europe\/Berlin\?$/)],
    ]);
  });

  it('is not judged before it runs where window and zone are values of the job', () => {
    expect(errorsOf(policy('time.within(job.params.window, job.labels.zone)'))).toEqual([]);
    expect(errorsOf(policy('job.params.within("9:00")'))).not.toEqual([]);
  });
});
