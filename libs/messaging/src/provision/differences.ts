/** Members whose value is not the wanted one, each as `name is X, not Y`. */
export function differences(wanted: object, actual: object): string[] {
  const have = actual as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).flatMap(([name, value]) => {
    const found = JSON.stringify(have[name]);
    return found === JSON.stringify(value)
      ? []
      : [`${name} is ${found ?? 'absent'}, not ${JSON.stringify(value)}`];
  });
}

/** The same for a consumer, where an unwanted filter or delivery subject counts as well. */
export function consumerDifferences(wanted: object, actual: object): string[] {
  const optional = { filter_subject: '', deliver_subject: '' };
  return differences({ ...optional, ...wanted }, { ...optional, ...actual });
}
