/** Makes a switch over a closed vocabulary fail to compile when a member is missing. Throws if reached at run time. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
