/** Where the broker stored a message. With the time, since a broker that lost its store counts from 1 again. */
export interface Place {
  readonly stream: string;
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly storedAtMs: number;
}

/** What {@link placeId} and {@link fallbackId} make; no message may choose such an id. */
const RESERVED = /^[A-Z]+:\d+([:@]\d+)*(\/\d+)?$/;

/** The id of a message that has none of its own. */
export function placeId({ stream, seq, storedAtMs }: Place): string {
  return `${stream}:${seq}:${storedAtMs}`;
}

/** The id of an entry when another message already has its own; nobody outside can choose it. */
export function fallbackId({ stream, seq, storedAtMs }: Place, index: number | null): string {
  return entryId(`${stream}:${seq}@${storedAtMs}`, index);
}

/** The id of one entry of a message: that of the message, and the job's place in it when it is about many. */
export function entryId(messageId: string, index: number | null): string {
  return index === null ? messageId : `${messageId}/${index}`;
}

/** Whether an id belongs to messages that have none of their own. */
export function isReserved(id: string): boolean {
  return RESERVED.test(id);
}
