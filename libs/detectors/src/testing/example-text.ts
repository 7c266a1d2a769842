import { Draw } from './draw.js';
import { personalNumber } from './personal-numbers.js';

/** An example with its characters drawn, and the part of it that a rule must find. */
export interface ExampleText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Draws the characters of an example. `{class:length}` and `{class:least-most}` stand for characters, `{uuid}` and
 * names such as `{ssn}` for values with a form or a check of their own, and `«…»` for what is to be found.
 */
export function expandExample(example: string, seed: string): ExampleText {
  const draw = new Draw(seed);
  const drawn = example.replace(
    /\{(\w+)(?::(\d+)(?:-(\d+))?)?\}/g,
    (part, name: string, least?: string, most?: string) => {
      if (least === undefined) return name === 'uuid' ? draw.uuid() : (personalNumber(name, draw) ?? part);
      const shortest = Number(least);
      return draw.text(
        name,
        most === undefined ? shortest : shortest + draw.below(Number(most) - shortest + 1),
      );
    },
  );
  const start = drawn.indexOf('«');
  const end = drawn.indexOf('»') - 1;
  return { text: drawn.replace(/[«»]/g, ''), start, end };
}
