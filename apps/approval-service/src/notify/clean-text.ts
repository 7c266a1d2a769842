import { redactText } from '@countersign/detectors';

/** Stands for a text that could not be scanned: what cannot be judged is not sent. */
export const UNSCANNABLE = '[not shown: it could not be scanned]';
/** Characters of a text that are sent at most; all of it is in the console. */
export const MAX_TEXT = 500;

/**
 * Characters that are not seen, that turn the order of others round, or that end a line: everything of control, format,
 * surrogate, private use and no assignment, whatever Unicode says to ignore, every blank but the usual one, and the
 * blank of Braille.
 */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]|[^\S ]/gu;

/** Makes a text fit to leave the platform. */
export type CleanText = (text: string) => string;

/** Takes secrets and personal data out of texts, and makes what is hidden in them visible, as `<U+202E>`. One line each. */
export function textCleaner(fingerprintKey: Uint8Array, redact = redactText): CleanText {
  return (text) => {
    let redacted: string;
    try {
      redacted = redact(text, { fingerprintKey }).text;
    } catch {
      return UNSCANNABLE;
    }
    const characters = [...redacted];
    const cut = characters.slice(0, MAX_TEXT).join('');
    return `${revealed(cut)}${characters.length > MAX_TEXT ? '…' : ''}`;
  };
}

function revealed(text: string): string {
  return text.replaceAll(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}
