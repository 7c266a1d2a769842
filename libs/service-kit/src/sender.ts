import { sourceOf, STREAMS, subjectMatches, type StreamSpec } from '@countersign/contracts';

/** Subjects remembered at most. Beyond it all are worked out anew: who makes up subjects must not fill the memory. */
const MAX_KNOWN = 4_096;
const known = new Map<string, readonly string[]>();

/** The sources that a message on this subject may name; none where producers or pools publish, who name what they like. */
function sourcesOf(stream: string, subject: string): readonly string[] {
  const key = `${stream} ${subject}`;
  let sources = known.get(key);
  if (!sources) {
    if (known.size >= MAX_KNOWN) known.clear();
    const spec: StreamSpec | undefined = (STREAMS as Readonly<Record<string, StreamSpec>>)[stream];
    sources = (spec?.publishers ?? [])
      .filter((publisher) => subjectMatches(publisher.subject, subject))
      .map(({ service }) => sourceOf(service));
    known.set(key, sources);
  }
  return sources;
}

/**
 * Whether a message on a service's subject is not from that service by its own word. The broker lets nobody else publish
 * there, so such a message is by somebody who holds an account that is not theirs, or by a service that has lost its way.
 */
export function isForged(stream: string, subject: string, source: string | undefined): boolean {
  const sources = sourcesOf(stream, subject);
  return sources.length > 0 && (source === undefined || !sources.includes(source));
}
