import { Type } from '@sinclair/typebox';
import { validate } from '@countersign/contracts';
import type { ImportOptions } from '@countersign/policy-import';
import { parseDocument } from 'yaml';
import { UserError } from '../user-error.js';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 512 });
const Texts = Type.Array(Text, { maxItems: 1_024 });
const Answers = Type.Object(
  {
    policyId: Type.Optional(Text),
    topics: Type.Optional(Texts),
    agents: Type.Optional(Texts),
    names: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([
          Text,
          Type.Object(
            { path: Text, carriedBy: Type.Optional(Texts), signed: Type.Optional(Type.Boolean()) },
            closed,
          ),
        ]),
      ),
    ),
    limits: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Literal('*'), Texts]))),
    routes: Type.Optional(Type.Record(Type.String(), Texts)),
    repositoryHost: Type.Optional(Text),
    timezone: Type.Optional(Text),
    unlisted: Type.Optional(Type.Union([Type.Literal('deny'), Type.Literal('require_approval')])),
    literalPatterns: Type.Optional(Type.Boolean()),
    setAside: Type.Optional(Texts),
  },
  closed,
);

/** The answers that an importer may need, without what the command itself knows. */
export type ImportAnswers = Omit<ImportOptions, 'fileName' | 'syntax'>;

/** What the command line says of an import. */
export interface AnswerFlags {
  readonly map?: readonly string[];
  readonly limit?: readonly string[];
  readonly route?: readonly string[];
  readonly topic?: readonly string[];
  readonly agent?: readonly string[];
  readonly setAside?: readonly string[];
  readonly policyId?: string;
  readonly repositoryHost?: string;
  readonly timezone?: string;
  readonly unlisted?: string;
  readonly literalPatterns?: boolean;
}

/** The answers of a file, YAML or JSON, with those of the command line over them. Throws a {@link UserError}. */
export function importAnswers(
  fileText: string | undefined,
  fileName: string,
  flags: AnswerFlags,
): ImportAnswers {
  const fromFile = fileText === undefined ? {} : checked(parsed(fileText, fileName), fileName);
  const { map = [], limit = [], route = [], topic, agent, ...simple } = flags;
  const names = Object.fromEntries(map.map((text) => pair(text, '--map')));
  const limits = Object.fromEntries(
    limit.map((text) => pair(text, '--limit')).map(([name, list]) => [name, oneOrList(list)]),
  );
  const routes = Object.fromEntries(
    route.map((text) => pair(text, '--route')).map(([name, list]) => [name, list.split(',')]),
  );
  const over = {
    ...Object.fromEntries(Object.entries(simple).filter(([, value]) => value !== undefined)),
    ...(topic && { topics: topic }),
    ...(agent && { agents: agent }),
  };
  const merged = { ...fromFile, ...over };
  return checked(
    {
      ...merged,
      ...(map.length > 0 && { names: { ...fromFile.names, ...names } }),
      ...(limit.length > 0 && { limits: { ...fromFile.limits, ...limits } }),
      ...(route.length > 0 && { routes: { ...fromFile.routes, ...routes } }),
    },
    fileText === undefined ? 'options' : `options and ${fileName}`,
  );
}

const oneOrList = (text: string) => (text === '*' ? '*' : text.split(','));

function pair(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new UserError(`${option}: not of the form NAME=VALUE: ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parsed(text: string, fileName: string): unknown {
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  const [problem] = document.errors;
  if (problem) throw new UserError(`${fileName}: ${problem.message.split('\n')[0]}`);
  return document.toJS({ maxAliasCount: 0 });
}

function checked(value: unknown, from: string): ImportAnswers {
  const result = validate(Answers, value);
  if (result.ok) return result.value;
  throw new UserError(`${from}: ${result.problem.pointer} ${result.problem.message}`);
}
