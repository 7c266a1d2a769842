import type { BundleProblem } from '../bundle/bundle.js';
import type { PolicyHealth, PolicyTrouble } from './policy-health.js';

/** Contents that were told as refused; beyond so many the oldest may be told again. */
const MAX_TOLD = 1_024;

/** Remembers that what should decide does not, since when and why. */
export class Staleness {
  private since: Date | undefined;
  private problems: readonly BundleProblem[] = [];
  private readonly told = new Set<string>();

  constructor(private readonly now: () => Date = () => new Date()) {}

  get state(): Pick<PolicyHealth, 'stale_since' | 'problem'> {
    return { stale_since: this.since?.toISOString() ?? null, problem: troubleOf(this.problems) };
  }

  /** Notes what is wrong with some content. True when it has not been told of it before. */
  begin(content: string, problems: readonly BundleProblem[]): boolean {
    this.since ??= this.now();
    this.problems = problems;
    if (this.told.has(content)) return false;
    this.told.add(content);
    const [oldest] = this.told;
    if (this.told.size > MAX_TOLD && oldest !== undefined) this.told.delete(oldest);
    return true;
  }

  /** Nobody could be told of some content: the next time counts as the first. */
  tellAgain(content: string): void {
    this.told.delete(content);
  }

  /** What should decide does. */
  end(): void {
    this.since = undefined;
    this.problems = [];
  }
}

function troubleOf(problems: readonly BundleProblem[]): PolicyTrouble | null {
  const [first] = problems;
  if (!first) return null;
  const { code, message, file, line, column } = first;
  return { code, message, file, line, column, more: problems.length - 1 };
}
