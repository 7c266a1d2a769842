/**
 * A token format as data: literal text, and `{class:length}` or `{class:least-most}` for characters of a class. The
 * longest literal part is the keyword; what stands before and after it is compiled to one pattern each. Every length
 * is bounded by construction.
 */
export interface TokenFormat {
  /** The literal part that the search looks for, as written. */
  readonly keyword: string;
  /** Matches what stands before the keyword, up to it. */
  readonly before: RegExp | undefined;
  /** Most characters before the keyword. */
  readonly reach: number;
  /** Sticky: matches what follows the keyword. */
  readonly after: RegExp;
  /** Most characters after the keyword. */
  readonly longest: number;
}

/** Classes of characters by the names used in formats, and what they match. */
export const formatClasses: Readonly<Record<string, string>> = {
  digit: '0-9',
  hex: '0-9a-f',
  HEX: '0-9A-F',
  anyhex: '0-9A-Fa-f',
  lower: 'a-z',
  upper: 'A-Z',
  alpha: 'A-Za-z',
  lownum: '0-9a-z',
  upnum: '0-9A-Z',
  base32: 'A-Z2-7',
  alnum: '0-9A-Za-z',
  word: '0-9A-Za-z_',
  token: '0-9A-Za-z_-',
  dotted: '0-9A-Za-z_.-',
  base64: '0-9A-Za-z+/',
  base64url: '0-9A-Za-z_=-',
  padding: '=',
};

interface Part {
  readonly source: string;
  readonly literal: string | undefined;
  readonly most: number;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Compiles a format. @throws Error when it names an unknown class or holds no literal part. */
export function compileFormat(format: string): TokenFormat {
  const parts = partsOf(format);
  const keywordAt = longestLiteral(parts);
  const keyword = parts[keywordAt]?.literal;
  if (keyword === undefined || keyword.length < 2) throw new Error(`no literal part in ${format}`);
  const before = parts.slice(0, keywordAt);
  const after = parts.slice(keywordAt + 1);
  return {
    keyword,
    before: before.length === 0 ? undefined : new RegExp(`${sourceOf(before)}$`),
    reach: lengthOf(before),
    after: new RegExp(sourceOf(after), 'y'),
    longest: lengthOf(after),
  };
}

function partsOf(format: string): Part[] {
  return format
    .split(/(\{[^}]+\})/)
    .filter((piece) => piece !== '')
    .map(partOf);
}

function partOf(piece: string): Part {
  if (!piece.startsWith('{')) {
    return { source: piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), literal: piece, most: piece.length };
  }
  if (piece === '{uuid}') return { source: uuid, literal: undefined, most: 36 };
  const [name = '', length = ''] = piece.slice(1, -1).split(':');
  const characters = formatClasses[name];
  const [least, most = least] = length.split('-');
  if (characters === undefined || least === undefined || !/^\d+$/.test(least))
    throw new Error(`unknown part ${piece}`);
  return { source: `[${characters}]{${least},${most ?? ''}}`, literal: undefined, most: Number(most) };
}

function longestLiteral(parts: readonly Part[]): number {
  let best = -1;
  parts.forEach(({ literal }, index) => {
    if (literal !== undefined && literal.length > (parts[best]?.literal?.length ?? 0)) best = index;
  });
  return best;
}

function sourceOf(parts: readonly Part[]): string {
  return parts.map((part) => part.source).join('');
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.most, 0);
}
