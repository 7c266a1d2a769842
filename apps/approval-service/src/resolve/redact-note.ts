import { redactText } from '@countersign/detectors';

/** Longest note that an outcome message carries, in UTF-16 units. */
export const MAX_NOTE_LENGTH = 4096;
/** Stands for a note that could not be scanned: what cannot be judged is not kept. */
export const UNSCANNABLE_NOTE = '[the note could not be scanned and was not kept]';

/** A reviewer's note as it may be stored, told and shown: without secrets, and cut to {@link MAX_NOTE_LENGTH}. */
export function redactNote(note: string, fingerprintKey: Uint8Array, redact = redactText): string {
  let text: string;
  try {
    text = redact(note, { fingerprintKey }).text;
  } catch {
    return UNSCANNABLE_NOTE;
  }
  // Markers are longer than short secrets, and a cut may fall into a surrogate pair.
  return text.slice(0, MAX_NOTE_LENGTH).toWellFormed();
}
