/** A token of a condition; `at` counts characters from 0. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'operator' | 'word' | 'open' | 'close' | 'unknown';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<open>\()|(?<close>\))|(?<operator>>=|<=|==|!=|>|<)|(?<word>&&|\|\||!|(?:and|or|not|AND|OR|NOT)\b)|(?<number>[-+]?\d+(?:_\d{3})*(?:\.\d+)?(?![\w.]))|(?<text>"[^"\\]*"|'[^'\\]*')|(?<name>[A-Za-z_]\w*))/y;

/** Takes a condition apart. What is no token is one `unknown` to its end, so that a parser refuses it there. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length && text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const found = match?.groups && Object.entries(match.groups).find(([, group]) => group !== undefined);
    if (!match || !found?.[1]) {
      const blank = text.slice(at).length - text.slice(at).trimStart().length;
      tokens.push({ kind: 'unknown', text: text.slice(at + blank), at: at + blank });
      break;
    }
    const [kind, value] = found as [Token['kind'], string];
    tokens.push({ kind, text: value, at: at + match[0].length - value.length });
    at += match[0].length;
  }
  return tokens;
}
