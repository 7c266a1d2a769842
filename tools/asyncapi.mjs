// The AsyncAPI document of the bus.
import { stringify } from 'yaml';
import { Header } from '../libs/contracts/dist/index.js';
import {
  KEYS,
  MESSAGES,
  messageNameOf,
  parametersOf,
  receivers,
  responderOf,
  roleOf,
  senders,
  streamOf,
  subjectOf,
} from './bus-map.mjs';

const PARAMETERS = {
  tail: 'A topic without its leading `job.`: one or more tokens of `[a-z0-9_-]+`.',
  producer: 'Name of a producer: the identity that its broker account stands for.',
  tenant: 'Name of a tenant.',
  pool: 'Name of a worker pool.',
  service: 'Name of a service.',
  effect: 'What was decided: allow, deny, require_approval, allow_with_constraints, throttle.',
  outcome:
    'How a question to the reviewers ended: granted, rejected, expired, withdrawn; what a check without an answer came to: failed_open, failed_closed.',
  change: 'What happened: a key was created or revoked; a policy was pushed, activated or refused.',
  kind: 'What the scanner found: clean, redacted, quarantined, released, withheld.',
  state: 'State that the jobs reached, in lower case; `accepted` when their decision was committed.',
};

/** A schema as AsyncAPI embeds it: TypeBox's own marks and `$id` would change how references are resolved. */
function plain(schema) {
  return JSON.parse(JSON.stringify(schema, (name, value) => (name === '$id' ? undefined : value)));
}

function envelopeHeaders(type) {
  const text = (description) => ({ type: 'string', description });
  return {
    type: 'object',
    required: [Header.Id, Header.Type, Header.Source, Header.SpecVersion],
    properties: {
      [Header.SpecVersion]: { type: 'string', const: '1.0' },
      [Header.Id]: text(
        'Derives from the cause: `<job>:<step>:<attempt>:<16 hex of the job hash>` on the road.',
      ),
      [Header.Type]: { type: 'string', const: type },
      [Header.Source]: text('`/countersign/<service>`, or what an untrusted client says of itself.'),
      [Header.Time]: text('RFC 3339. Told, never used to decide.'),
      [Header.Subject]: text('The job id; absent on messages about many jobs.'),
      [Header.CausationId]: text('Event id of the message that led to this one.'),
      [Header.Traceparent]: text('W3C trace context.'),
      [Header.ContentType]: text('`application/json`.'),
      [Header.MessageId]: text('`<ce-id>#<send number>`: a wanted repetition passes the window for doubles.'),
    },
  };
}

const UNTRUSTED_NOTE =
  'Senders of this message are not trusted to name their events: the receivers know it by stream, sequence and stored time. Without headers it is accepted too.';

function messagesOf() {
  const messages = {};
  for (const [key, { name, type, schema }] of Object.entries(MESSAGES))
    messages[name] = {
      name: type ?? name,
      title: name,
      contentType: 'application/json',
      ...(schema.description ? { summary: schema.description } : {}),
      ...(key === 'job' || key === 'jobFrom' || key === 'result' ? { description: UNTRUSTED_NOTE } : {}),
      ...(type ? { headers: envelopeHeaders(type) } : {}),
      payload: { $ref: `#/components/schemas/${schema.$id}` },
    };
  messages.Query = {
    name: 'Query',
    title: 'Query',
    contentType: 'application/json',
    summary: 'Question of the gateway; its members are checked by the service that answers.',
    payload: { type: 'object' },
  };
  messages.Answer = {
    name: 'Answer',
    title: 'Answer',
    contentType: 'application/json',
    summary: '`ok: true` with the answer, or `ok: false` with a stable `code` and the member to blame.',
    payload: {
      type: 'object',
      required: ['ok'],
      properties: { ok: { type: 'boolean' }, code: { type: 'string' }, pointer: { type: 'string' } },
    },
  };
  return messages;
}

function channelOf(key) {
  const { template } = subjectOf(key);
  const stream = streamOf(key);
  const name = messageNameOf(key);
  const parameters = parametersOf(template);
  return {
    address: template,
    description: stream
      ? `Stream ${stream.name}.`
      : key === 'job'
        ? "In a producer's own account; the broker stores it as `from.{producer}.job.{tail}` in stream JOBS."
        : 'Core request and reply; no stream.',
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    ...(parameters.length > 0
      ? {
          parameters: Object.fromEntries(parameters.map((each) => [each, { description: PARAMETERS[each] }])),
        }
      : {}),
  };
}

function operationsOf() {
  const operations = {};
  const add = (role, verb, action, key, rest = {}) => {
    operations[`${role}.${verb}.${key}`] = {
      action,
      channel: { $ref: `#/channels/${key}` },
      tags: [{ name: role }],
      messages: [{ $ref: `#/channels/${key}/messages/${messageNameOf(key)}` }],
      ...rest,
    };
  };
  const reply = {
    reply: {
      address: { location: '$message.header#/reply-to', description: "The asker's private inbox." },
      channel: { $ref: '#/channels/inbox' },
      messages: [{ $ref: '#/channels/inbox/messages/Answer' }],
    },
  };
  for (const [role, key] of senders()) add(role, 'send', 'send', key);
  for (const [role, key] of receivers()) add(role, 'receive', 'receive', key);
  for (const key of KEYS) {
    const responder = responderOf(key);
    if (!responder) continue;
    add(responder.service, 'answer', 'receive', key, reply);
    for (const caller of responder.callers) add(roleOf(caller), 'ask', 'send', key, reply);
  }
  return operations;
}

/** The AsyncAPI 3.0 document of the bus, as an object. */
export function asyncApiDocument() {
  const schemas = Object.fromEntries(
    Object.values(MESSAGES).map(({ schema }) => [schema.$id, plain(schema)]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Countersign',
      version: '0.1.0',
      description:
        'Every subject on the bus, who sends and who receives. Messages are JSON; their CloudEvents 1.0 envelope travels in headers (binary mode).',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: '127.0.0.1:4222',
        protocol: 'nats',
        description: 'nats-server 2.9 or newer with JetStream. Every user signs in with its own nkey.',
      },
    },
    channels: {
      ...Object.fromEntries(KEYS.map((key) => [key, channelOf(key)])),
      inbox: {
        address: null,
        description: 'The private inbox of whoever asks: `_INBOX_<user>.>`, named in the request.',
        messages: { Answer: { $ref: '#/components/messages/Answer' } },
      },
    },
    operations: operationsOf(),
    components: { messages: messagesOf(), schemas },
  };
}

/** `asyncapi.yaml`. */
export function asyncApiText() {
  return `# Generated by npm run gen; edits are overwritten.\n${stringify(asyncApiDocument(), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
