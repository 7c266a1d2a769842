/** What the services of a process tell of themselves in its health, by name. Anybody who reaches the probe reads it. */
export class HealthDetails {
  private readonly details = new Map<string, () => unknown>();

  /** Adds what is told under a name each time it is asked. */
  add(name: string, tell: () => unknown): void {
    this.details.set(name, tell);
  }

  collect(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.details].map(([name, tell]) => [name, tell()]));
  }
}
