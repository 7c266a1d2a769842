import { expect, it } from 'vitest';
import { readCursor, writeCursor } from './cursor.js';

it('a cursor gives back the place it was made of', () => {
  const place = { at: '2026-11-25T10:00:00.123456Z', id: `sha256:${'a'.repeat(64)}` };
  expect(readCursor(writeCursor(place.at, place.id))).toEqual(place);
});

it.each(['', '~', 'now~x', "2026-11-25T10:00:00.123456Z~'; DROP", '2026-11-25T10:00:00.123456Z~'])(
  '%j is none',
  (text) => expect(readCursor(text)).toBeUndefined(),
);
