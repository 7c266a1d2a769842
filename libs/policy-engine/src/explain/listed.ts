/** Names told of a long list; the others are counted. */
const MOST_NAMES = 6;

/** A list of names, for people. */
export function listed(list: readonly string[] = []): string {
  const told = list.slice(0, MOST_NAMES).join(', ');
  return list.length > MOST_NAMES ? `${told} and ${list.length - MOST_NAMES} more` : told;
}
