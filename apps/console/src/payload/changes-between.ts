/** One place in which two values differ. A side that has nothing there is undefined. */
export interface Change {
  /** RFC 6901 pointer. */
  readonly place: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two JSON values differ, as deep as they are alike in kind. */
export function changesBetween(before: unknown, after: unknown, place = ''): readonly Change[] {
  if (Object.is(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after))
    return [{ place, before, after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    changesBetween(
      Object.hasOwn(before, name) ? before[name] : undefined,
      Object.hasOwn(after, name) ? after[name] : undefined,
      `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    ),
  );
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
