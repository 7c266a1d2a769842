import { VerifiedBy } from '@countersign/contracts';
import { Role, type Caller } from '../identity/caller.js';
import type { HttpSettings } from '../settings/http-settings.js';

/** Who answers, in the words of the approval-service. */
export interface Voter {
  readonly by: string;
  readonly groups?: readonly string[];
  /** Other names of the same person. */
  readonly names?: readonly string[];
  readonly is_machine?: true;
}

/**
 * Whether a credential is a program's: one that runs jobs, a client's own token, or a key that asks for jobs. A person
 * with a token may both ask and answer, since people do; never about what is theirs.
 */
function isMachine({ roles, by, isProgram }: Caller): boolean {
  if (isProgram === true || roles.includes(Role.Worker)) return true;
  return by !== VerifiedBy.Token && roles.includes(Role.Producer);
}

/** The verified caller as a voter: with every other name of the same person, and whether it is a person at all. */
export function voterOf(caller: Caller, people: HttpSettings['people']): Voter {
  const names = people.otherNames(caller.tenant, caller.name);
  return {
    by: caller.name,
    ...(caller.groups.length === 0 ? {} : { groups: caller.groups }),
    ...(names.length === 0 ? {} : { names }),
    ...(isMachine(caller) ? { is_machine: true as const } : {}),
  };
}
