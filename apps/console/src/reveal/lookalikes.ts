/** Letters of other scripts that fonts draw like Latin ones, and punctuation drawn like that of paths and addresses. */
const LIKE_LATIN = new Map<string, string>([
  ...pairs('АВЕЅІЈКМНОРСТУХԌԚԜҮаеоръсухѕіјһԁԛԝүӏ', 'ABESIJKMHOPCTYXGQWYaeopbcyxsijhdqwyl'),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυχγ', 'ABEZHIKMNOPTYXaivopuxy'),
  ...pairs('ՕՍՏհոսօցզ', 'OUShnuogq'),
  ...pairs('ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ', 'ABCDEHJKLMPRSTVWZ'),
  ...pairs('ɑɡɩıǃꓲ', 'agii!I'),
]);
const LIKE_PUNCTUATION = new Map<string, string>(pairs('∕⁄⧸․‚ː∶׃։꞉︓﹒﹨⧵∖⁎∗꘎ʼˈ', "///.,::::::.\\\\\\***''"));

function pairs(from: string, to: string): [string, string][] {
  const targets = [...to];
  return [...from].map((character, i) => [character, targets[i] ?? '?']);
}

/** Letters, digits and signs in another dress: full width, mathematical, enclosed, letterlike. */
const DRESSED =
  /[\uFF01-\uFF5E\u{1D400}-\u{1D7FF}\u2460-\u24FF\u{1F100}-\u{1F189}\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126-\u212D\u212F-\u2134\u2139]/u;
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
const FOREIGN = /(?!\p{Script=Latin})\p{L}/u;

/**
 * Where characters of a text only look like others: by index in UTF-16, the text that they look like. A word with
 * letters of Latin and of another script is suspicious, and so is one that is all of look-alikes, unless the text goes
 * on in that script: then it is written in it.
 */
export function lookalikesIn(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (!/[^\x00-\x7f]/.test(text)) return found;
  eachCharacter(text, 0, (character, at) => {
    const plain =
      LIKE_PUNCTUATION.get(character) ?? (DRESSED.test(character) ? dressedOf(character) : undefined);
    if (plain !== undefined) found.set(at, plain);
  });
  const isWrittenSo = [...text].some((c) => FOREIGN.test(c) && !LIKE_LATIN.has(c) && !DRESSED.test(c));
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const isMixed = LATIN.test(word) && FOREIGN.test(word);
    const isDisguised = !isWrittenSo && [...word].every((c) => LIKE_LATIN.has(c) || /[\p{M}\p{N}_]/u.test(c));
    if (!isMixed && !isDisguised) continue;
    eachCharacter(word, index, (character, at) => {
      const plain = LIKE_LATIN.get(character);
      if (plain !== undefined) found.set(at, plain);
    });
  }
  return found;
}

function dressedOf(character: string): string | undefined {
  const plain = character.normalize('NFKC');
  return plain !== character && /^[\x21-\x7e]+$/.test(plain) ? plain : undefined;
}

function eachCharacter(text: string, from: number, visit: (character: string, at: number) => void): void {
  let at = from;
  for (const character of text) {
    visit(character, at);
    at += character.length;
  }
}
