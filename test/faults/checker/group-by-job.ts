/** Rows by the job that they are about. */
export function groupByJob<T extends { readonly jobId: string }>(
  rows: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.jobId);
    if (group) group.push(row);
    else groups.set(row.jobId, [row]);
  }
  return groups;
}

/** The one row of a job; of several the last. */
export function byJob<T extends { readonly jobId: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.jobId, row]));
}
