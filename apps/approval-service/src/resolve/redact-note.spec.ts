import { describe, expect, it } from 'vitest';
import { MAX_NOTE_LENGTH, UNSCANNABLE_NOTE, redactNote } from './redact-note.js';

const key = Buffer.alloc(32, 7);

describe('redactNote', () => {
  it('keeps a plain note', () => {
    expect(redactNote('ticket 4711', key)).toBe('ticket 4711');
  });

  it('takes a secret out', () => {
    const secret = ['AKIA', 'Z7QX4M2K6RT5WB3N'].join('');
    expect(redactNote(`use ${secret} please`, key)).not.toContain(secret);
  });

  it('keeps nothing of a note that cannot be scanned', () => {
    const failing = () => {
      throw new Error('detector failed');
    };
    expect(redactNote('note', key, failing)).toBe(UNSCANNABLE_NOTE);
  });

  it('cuts to what an outcome message carries, never leaving half a character', () => {
    const growing = () => ({ text: `${'x'.repeat(MAX_NOTE_LENGTH - 1)}😀`, findings: [] });
    const note = redactNote('note', key, growing);
    expect(note).toHaveLength(MAX_NOTE_LENGTH);
    expect(note.isWellFormed()).toBe(true);
  });
});
