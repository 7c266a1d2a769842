/** Words that stand in for a value. A value made of nothing else is not a secret. */
const fillerWords = new Set(
  (
    'a an the your my our this that some any is are be to of for in on or and not no here there sample example ' +
    'examples placeholder dummy fake mock demo test tests testing todo fixme change changeme changethis replace ' +
    'replaceme insert enter put set me it key keys api token tokens secret secrets password passwords passwd pass ' +
    'pwd passphrase client access auth private public user username value values string text name id default none ' +
    'null nil undefined true false empty redacted masked hidden removed censored filtered sanitized invalid valid ' +
    'short long required optional missing expired incorrect wrong format type yes bearer basic foo bar baz qux ' +
    'xxx xxxx abc project app application prod production dev development staging local shorter version'
  ).split(' '),
);

/**
 * Whether a value only stands in for one: empty, masked, an angle-bracket or template slot, or filler
 * words. Judged on the whole value: a secret that merely contains `example` is still a secret.
 */
export function isPlaceholder(bare: string): boolean {
  if (bare.length === 0) return true;
  if (/^[*x.•_?#-]+$/i.test(bare) || /^<.*>$|^&lt;|^\[[^\]]*\]$|^\{\{.*|^\$\{.*|^%\(?\w*\)?[sd@]$/.test(bare))
    return true;
  if (/\.{3}$|…$|[xX*•]{6}|^(.)\1+$/.test(bare)) return true;
  return consistsOfFiller(bare);
}

function consistsOfFiller(value: string): boolean {
  if (value.length > 80) return false;
  const words = value
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+|(?<=[a-z])(?=\d)/)
    .filter((word) => word.length > 0);
  return (
    words.every((word) => fillerWords.has(word) || /^(?:\d{1,3}|12345\d*)$/.test(word)) &&
    /[a-z]/i.test(value)
  );
}
