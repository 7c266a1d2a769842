import { VerifiedBy } from '@countersign/contracts';
import { AllowList } from '@countersign/outbound';
import { Role, type Caller } from '../identity/caller.js';
import type { People } from '../settings/people.js';
import type { CallbacksFile, SlackWorkspaceFile } from './callbacks-file.js';

/** Where Slack takes what an app says to who has pressed its button. */
const SLACK_HOST = 'hooks.slack.com';

/** A workspace from which people may answer. */
export interface SlackWorkspace {
  readonly teamId: string;
  readonly tenant: string;
  readonly secretFile: string;
  readonly responseHost: string;
  readonly allowed: AllowList;
  /** Who somebody of the workspace is here, by their id there. */
  readonly reviewers: ReadonlyMap<string, Caller>;
}

/**
 * Reads the workspaces of the settings. Throws RangeError with what is wrong: a workspace or a user that is there twice,
 * or a name that is not in `people`, since of whom nothing is known it is not known either what they have submitted.
 */
export function readSlackWorkspaces(
  { slack = [] }: CallbacksFile,
  people: People,
): readonly SlackWorkspace[] {
  const teams = slack.map(({ team_id: id }) => id);
  const double = teams.find((id, i) => teams.indexOf(id) !== i);
  if (double !== undefined) throw new RangeError(`callbacks/slack: the workspace ${double} is there twice`);
  return slack.map((file) => ({
    teamId: file.team_id,
    tenant: file.tenant,
    secretFile: file.signing_secret_file,
    responseHost: (file.response_host ?? SLACK_HOST).toLowerCase(),
    allowed: AllowList.of(file.allow_private ?? []),
    reviewers: reviewersOf(file, people),
  }));
}

function reviewersOf({ tenant, users }: SlackWorkspaceFile, people: People): ReadonlyMap<string, Caller> {
  const reviewers = new Map<string, Caller>();
  for (const { id, name, groups = [] } of users) {
    if (reviewers.has(id)) throw new RangeError(`callbacks/slack: the user ${id} is there twice`);
    if (!people.knows(tenant, name))
      throw new RangeError(
        `callbacks/slack: ${JSON.stringify(name)} is not in people of the tenant ${tenant}`,
      );
    // Slack vouches for its user by its signature, as an issuer of tokens does by its own.
    reviewers.set(id, { name, tenant, roles: [Role.Reviewer], groups, agents: [], by: VerifiedBy.Token });
  }
  return reviewers;
}
