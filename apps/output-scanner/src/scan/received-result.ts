import { Subjects, topicOf, type Result, type Topology } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import { takesTopic } from './takes-topic.js';

/** A result as it was received. */
export interface ReceivedResult {
  /** The body as it came. */
  readonly text: string;
  /** Length of the body in bytes. */
  readonly bytes: number;
  /** Digest of the body. */
  readonly digest: string;
  /** The pool of the subject, which the worker's account stamped. */
  readonly pool: string;
  /** The topic of the subject, which the worker chose. */
  readonly topic: string;
  /** Whether that pool takes the topic. */
  readonly isOwnTopic: boolean;
  readonly result: Result;
}

/** What a message brings; undefined when its subject is not one of results. */
export function receivedResult(
  { subject, text, digest, body }: Pick<Fact<Result>, 'subject' | 'text' | 'digest' | 'body'>,
  topology: Topology,
): ReceivedResult | undefined {
  const address = Subjects.result.parse(subject);
  if (address === undefined) return undefined;
  const { pool, tail } = address;
  return {
    text,
    bytes: Buffer.byteLength(text),
    digest,
    pool,
    topic: topicOf(tail),
    isOwnTopic: takesTopic(topology, pool, tail),
    result: body,
  };
}
