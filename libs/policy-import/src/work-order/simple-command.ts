const PLAIN = /^[A-Za-z0-9_./:=,@%+^-]$/;
const CONTROL = /\p{Cc}/u;
/** Characters that keep a meaning between double quotes; between single ones none does. */
const ACTIVE = /[$`\\!]/;

/**
 * The words of one simple command, without quotes; undefined when a shell could read more than words: operators,
 * substitution, redirection, wildcards, escapes, several lines, an open quote. On doubt undefined.
 */
export function simpleCommand(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === ' ' || char === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'" || char === '"') {
      const close = text.indexOf(char, at + 1);
      const quoted = text.slice(at + 1, close);
      if (close < 0 || CONTROL.test(quoted) || (char === '"' && ACTIVE.test(quoted))) return undefined;
      word = (word ?? '') + quoted;
      at = close;
    } else if (PLAIN.test(char)) word = (word ?? '') + char;
    else return undefined;
  }
  if (word !== undefined) words.push(word);
  return words;
}
