/** Whether a topic is one that a pattern means, token by token, as the language defines it. */
export function topicFits(pattern: string, topic: string): boolean {
  return restFits(pattern, 0, topic, 0);
}

/** Whether the tokens that begin at these characters fit. */
function restFits(pattern: string, at: number, topic: string, from: number): boolean {
  if (at > pattern.length) return from > topic.length;
  if (from > topic.length) return false;
  const wanted = tokenAt(pattern, at);
  const token = tokenAt(topic, from);
  if (wanted === '>') return true;
  return (
    (wanted === '*' || wanted === token) &&
    restFits(pattern, at + wanted.length + 1, topic, from + token.length + 1)
  );
}

function tokenAt(text: string, at: number): string {
  const dot = text.indexOf('.', at);
  return dot < 0 ? text.slice(at) : text.slice(at, dot);
}
