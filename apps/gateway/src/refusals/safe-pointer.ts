import { JobRequest } from '@countersign/contracts';

/** Members of answers to the questions of approvals. */
const OF_ANSWERS = ['vote', 'verdict', 'items', 'expected_job_hash', 'confirm'];
/** Names of parameters in paths and queries, and of the members of a vote. */
const OTHER_NAMES = ['id', 'job_id', 'kind', 'note', 'hash', 'files', 'expected_active', ...OF_ANSWERS];
const INDEX = /^\d{1,6}$/;

const KNOWN = new Set([...namesIn(JobRequest), ...OTHER_NAMES]);

/**
 * A pointer as it may be kept: the names of members that a client made up could be secrets themselves, so only those
 * of the contract stay.
 */
export function safePointer(pointer: string): string {
  const [start = '', ...tokens] = pointer.split('/');
  return [start, ...tokens.map((token) => (KNOWN.has(token) || INDEX.test(token) ? token : '*'))].join('/');
}

function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return [];
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return [];
  const members: [string, unknown][] = Object.entries(properties);
  return members.flatMap(([name, member]) => [name, ...namesIn(member)]);
}
