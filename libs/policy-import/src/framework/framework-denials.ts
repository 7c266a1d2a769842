import { dayRanges, type OperatingHours } from '../hours/operating-hours.js';
import { celText } from '../write/cel.js';
import type { NativeEntry } from '../write/native-policy.js';
import type { Framework } from './read-framework.js';
import type { FrameworkAnswers } from './resolve-framework.js';

/** What a rule of a framework asks of every job: its topics and agents. */
export type Match = Readonly<Record<string, unknown>>;

/** The rules of the hours and of the blacklists. */
export function denials(
  framework: Framework,
  answers: FrameworkAnswers,
  prefix: string,
  match: Match,
): NativeEntry[] {
  const { hours, forbidden, repositories } = framework;
  const rules: NativeEntry[] = [];
  if (hours) {
    rules.push({
      comment: `operating_hours (line ${hours.node.place.line})`,
      value: {
        id: `${prefix}.1-hours`,
        match,
        when: `!(${withinHours(hours.window)})`,
        decision: 'deny',
        reason: 'Outside the operating hours',
        reason_code: 'outside_hours',
      },
    });
  }
  if (forbidden.length > 0) {
    rules.push({
      comment: 'blacklist.actions',
      value: {
        id: `${prefix}.2-blacklisted-action`,
        match: { ...match, actions: forbidden.map(({ value }) => value) },
        decision: 'deny',
        reason: 'The action is blacklisted',
        reason_code: 'blacklisted',
      },
    });
  }
  if (repositories.length > 0) {
    rules.push({
      comment:
        'blacklist.repositories: the repository and everything in it; a job that names no resource is denied too',
      value: {
        id: `${prefix}.3-blacklisted-repository`,
        match: { ...match, resources: repositories.flatMap(({ value }) => answers.globs.get(value) ?? []) },
        decision: 'deny',
        reason: 'The repository is blacklisted',
        reason_code: 'blacklisted',
      },
    });
  }
  return rules;
}

/** The hours as the language says them. */
function withinHours({ from, to, days, zone }: OperatingHours): string {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const on = days.length === 7 ? '' : `${dayRanges(days).join(',')} `;
  return `time.within(${celText(`${on}${clock(from)}-${clock(to)}`)}, ${celText(zone)})`;
}
