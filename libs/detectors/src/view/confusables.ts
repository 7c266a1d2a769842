/** Latin look-alikes among Cyrillic, Greek and other letters, each followed by what it looks like. */
const pairs =
  'аa еe оo рp сc уy хx ѕs іi јj һh ԁd ԛq ԝw ӏl ґr гr пn тt кk вb нh мm ьb ҫc ҽe ԍg զq ոn սu օo հh ցg ' +
  'АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ ԌG ԚQ ԜW ҮY ӀI ҐF ЗZ ' +
  'αa οo ρp νv ιi κk υu τt γy εe ηn ωw χx ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
  'ɑa ɡg ɩi ɪI ʀR ʏY ᴀA ᴄc ᴅD ᴇE ᴊJ ᴋK ᴍM ᴏo ᴘP ᴛT ᴜU ᴠv ᴡw ᴢz ꜱs ꞮI ƽs ցg ӕa ɢG ʙB ʜH ʟL ɴN ' +
  '‐- ‑- ‒- –- −- ﹘- ⁃- ➖- ＿_ ˍ_ ⸺- ٭* ∕/ ⁄/ ∶: ꞉: ․. 。. ‚, ＠@ ﹫@ ⁺+ ＋+';

/** What a character looks like, for characters that are not ASCII. */
const lookAlikes: ReadonlyMap<number, string> = new Map(
  pairs.split(' ').map((pair) => [pair.charCodeAt(0), pair.slice(1)]),
);

const ignorable =
  /[\u0000\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u0300-\u036f]/;

const known = new Map<number, string | undefined>();
const maxKnown = 4096;

/**
 * What a code point stands for to a reader: ASCII, nothing for an invisible one, or undefined for a character of its
 * own. Compatibility forms (full width, mathematical letters, ligatures) come from Unicode's NFKC.
 */
export function readAs(codePoint: number): string | undefined {
  if (known.has(codePoint)) return known.get(codePoint);
  const reading = judge(codePoint);
  if (known.size === maxKnown) known.clear();
  known.set(codePoint, reading);
  return reading;
}

function judge(codePoint: number): string | undefined {
  const character = String.fromCodePoint(codePoint);
  if (ignorable.test(character) || (codePoint >= 0xe0000 && codePoint <= 0xe0fff)) return '';
  const alike = lookAlikes.get(codePoint);
  if (alike !== undefined) return alike;
  const normal = character.normalize('NFKC');
  return /^[\x20-\x7e]{1,4}$/.test(normal) ? normal : undefined;
}
