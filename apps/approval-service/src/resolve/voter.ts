import { Type, type Static, type TObject } from '@sinclair/typebox';
import { SERVICES, type Topology } from '@countersign/contracts';
import { isSameName } from './cast-vote.js';

export const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$', maxLength: 128 });

/** Who acts, as the gateway has verified it; never from a body. */
export const Voter = {
  /** From the session alone. */
  by: Name,
  /** Other names of the same person. */
  names: Type.Optional(Type.Array(Name, { maxItems: 256 })),
  /** The voter's verified groups. */
  groups: Type.Optional(Type.Array(Name, { maxItems: 256 })),
  /** Whether the credential is one that asks for jobs or runs them. */
  is_machine: Type.Optional(Type.Boolean()),
};
export type Voter = Static<TObject<typeof Voter>>;

/** Whether somebody may answer at all: no name of theirs is that of a part of the platform, a producer, its agents or a pool. */
export function isPerson(
  { by, names = [], is_machine: isMachine = false }: Voter,
  topology: Topology,
): boolean {
  if (isMachine) return false;
  const programs = [
    ...SERVICES,
    ...topology.producers.flatMap(({ name, agents }) => [name, ...agents]),
    ...topology.pools.map(({ name }) => name),
  ];
  return ![by, ...names].some((name) => programs.some((program) => isSameName(program, name)));
}
