import type { ClassifyMatch, ClassifyRule } from '../policy-rule.js';
import { isTokenGlob } from '../topic/topic-pattern.js';
import { CommandShape, ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';
import { tagFault } from './read-match.js';
import { readAnyOf, readTopics } from './read-names.js';
import { readId, type Located } from './read-rule.js';
import { readWhen } from './read-when.js';

const SHAPES: readonly CommandShape[] = Object.values(CommandShape);

/** One entry of `classify`. */
export function readClassify(reader: PolicyReader, item: Member): Located<ClassifyRule> | undefined {
  const section = reader.section(item, 'classify rule', ['id', 'match', 'when', 'add_tags']);
  if (!section) return undefined;
  const { members, node } = section;
  const id = readId(reader, section);
  const match = readClassifyMatch(reader, members.get('match'));
  const tagsMember = members.get('add_tags');
  const tags = tagsMember
    ? readAnyOf(reader, tagsMember, 'add_tags', tagFault)
    : reader.fault(node, ProblemCode.MissingKey, 'classify rule needs add_tags');
  const when = readWhen(reader, members.get('when'), id);
  if (members.get('match') === undefined)
    reader.fault(node, ProblemCode.MissingKey, 'classify rule needs a match');
  if (id === undefined || !match || !tags) return undefined;
  return {
    value: { id, match, ...(when && { when }), add_tags: tags },
    at: reader.placeOf(node),
  };
}

function readClassifyMatch(reader: PolicyReader, member: Member | undefined): ClassifyMatch | undefined {
  const section = member && reader.section(member, 'match', ['topics', 'topic_tokens', 'params_contain']);
  if (!section) return undefined;
  const { members } = section;
  if (members.size === 0) {
    return reader.fault(
      section.node,
      ProblemCode.EmptyCondition,
      'match of a classify rule needs a condition',
    );
  }
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const tokens = readAnyOf(reader, members.get('topic_tokens'), 'topic_tokens', (text) =>
    isTokenGlob(text) ? undefined : 'is no token glob such as "delete*"',
  );
  const shapes = readAnyOf(reader, members.get('params_contain'), 'params_contain', (text) =>
    SHAPES.some((shape) => shape === text) ? undefined : `is unknown; known: ${SHAPES.join(', ')}`,
  );
  return {
    ...(topics && { topics }),
    ...(tokens && { topic_tokens: tokens }),
    ...(shapes && { params_contain: SHAPES.filter((shape) => shapes.includes(shape)) }),
  };
}
