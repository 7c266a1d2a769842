/** Whether a topic is one that a pattern means, token by token, as the language defines it. */
export function topicFits(pattern: string, topic: string): boolean {
  return restFits(pattern.split('.'), topic.split('.'), 0);
}

/** Whether the tokens from a position on fit. */
function restFits(wanted: readonly string[], tokens: readonly string[], at: number): boolean {
  if (at === wanted.length) return at === tokens.length;
  if (at === tokens.length) return false;
  if (wanted[at] === '>') return true;
  return (wanted[at] === '*' || wanted[at] === tokens[at]) && restFits(wanted, tokens, at + 1);
}
