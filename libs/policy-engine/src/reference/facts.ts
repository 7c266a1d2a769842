import type { PolicyRequest } from '../decide/policy-request.js';
import { normaliseResource } from '../resource/normalise-resource.js';
import { isTopic } from '../topic/topic-pattern.js';
import { ReferenceFault } from './reference-fault.js';

/** What conditions are about: the job as it is compared, tags claimed and derived together. */
export interface Facts {
  readonly topic: string;
  readonly tenantId: string;
  readonly agentId: string;
  /** The job's own name for what it does, else the last token of its topic; lower case. */
  readonly action: string;
  /** Normalised; absent if the job names none. */
  readonly resource?: string;
  readonly capabilities: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

const ACTION = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const TAG = /^[a-z0-9_-]{1,64}$/;

/** The facts of a request before any tag is derived. Throws {@link ReferenceFault} if it is not well-formed. */
export function factsOf(request: PolicyRequest): Facts {
  const { topic, tenantId, agentId, riskTags, capabilities, labels, action, resource } = request;
  const texts: readonly unknown[] = [
    topic,
    tenantId,
    agentId,
    ...riskTags,
    ...capabilities,
    ...Object.values(labels),
  ];
  if (!texts.every((text) => typeof text === 'string')) throw new ReferenceFault('a name is no text');
  if (!isTopic(topic)) throw new ReferenceFault('the topic is none');
  if (!riskTags.every((tag) => TAG.test(tag))) throw new ReferenceFault('a tag is none');
  if (action !== undefined && !ACTION.test(action)) throw new ReferenceFault('the action is none');
  return {
    topic,
    tenantId,
    agentId,
    action: (action ?? topic.slice(topic.lastIndexOf('.') + 1)).toLowerCase(),
    ...(resource !== undefined && { resource: normalName(resource) }),
    capabilities,
    labels,
    tags: riskTags,
  };
}

function normalName(resource: string): string {
  const normal = normaliseResource(resource);
  if ('fault' in normal) throw new ReferenceFault('the resource has no normal form');
  return normal.name;
}
