/**
 * A result cannot be judged now, for reasons that are not its own: the policy does not answer, too many wait for a
 * thread, or the service stops. Its message comes again.
 */
export class NotYet extends Error {}
