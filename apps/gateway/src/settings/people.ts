import { NAME } from '../identity/caller.js';
import type { PersonFile } from './http-file.js';

/** Who is known by more than one name: by several credentials, or as the owner of agents. */
export class People {
  private constructor(private readonly names: ReadonlyMap<string, readonly string[]>) {}

  /** Reads the list of the settings. Throws with a name that is none, or that two people have. */
  static of(list: readonly PersonFile[]): People {
    const known = new Map<string, readonly string[]>();
    for (const { tenant, names } of list)
      for (const name of names) {
        if (!NAME.test(name)) throw new RangeError(`people: ${JSON.stringify(name)} is no name`);
        const key = keyOf(tenant, name);
        if (known.has(key)) throw new RangeError(`people: ${JSON.stringify(name)} is there twice`);
        known.set(key, names);
      }
    return new People(known);
  }

  /** Whether a name is somebody's of the list. */
  knows(tenant: string, name: string): boolean {
    return this.names.has(keyOf(tenant, name));
  }

  /** The other names of a person; none where the settings know of none. Case makes no other name. */
  otherNames(tenant: string, name: string): readonly string[] {
    const names = this.names.get(keyOf(tenant, name)) ?? [];
    return names.filter((other) => other.toLowerCase() !== name.toLowerCase());
  }
}

const keyOf = (tenant: string, name: string) => `${tenant} ${name.toLowerCase()}`;
