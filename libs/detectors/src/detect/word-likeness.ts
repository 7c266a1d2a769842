/** Pairs of letters that make up most of written English; drawn letters hit one in five. */
const common = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ' +
    'ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so ' +
    'rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ' +
    'ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt ' +
    'oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey'
  ).split(' '),
);

/** Fewer pairs say nothing. */
const fewestPairs = 6;
/** Taken when there are too few pairs to tell. */
const unknown = 0.5;

/** Share of the pairs of letters in a value that are usual in words; a half when there are too few to tell. */
export function shareOfUsualPairs(value: string): number {
  let pairs = 0;
  let usual = 0;
  for (let i = 1; i < value.length; i++) {
    const pair = value.slice(i - 1, i + 1);
    // A hump of camel case parts two words.
    if (!/^(?:[a-z]{2}|[A-Z]{2}|[A-Z][a-z])$/.test(pair)) continue;
    pairs++;
    if (common.has(pair.toLowerCase())) usual++;
  }
  return pairs < fewestPairs ? unknown : usual / pairs;
}
