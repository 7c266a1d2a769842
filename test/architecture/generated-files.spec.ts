import { Parser } from '@asyncapi/parser';
import { Subjects } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { generator, read } from './support/repository.js';

// Severity of an error in the parser’s diagnostics.
const ERROR = 0;

describe('the generated files', () => {
  it.each([
    'asyncapi.yaml',
    'docs/cli.md',
    'docs/policy.schema.json',
    'docs/reasons.md',
    'docs/subjects.md',
    '.env.example',
  ])('%s is what `npm run gen` would write', async (path) => {
    const files = await (await generator()).generatedFiles();
    expect(await read(path)).toBe(files[path]);
  });

  it('are exactly these six', async () => {
    expect(Object.keys(await (await generator()).generatedFiles()).sort()).toEqual([
      '.env.example',
      'asyncapi.yaml',
      'docs/cli.md',
      'docs/policy.schema.json',
      'docs/reasons.md',
      'docs/subjects.md',
    ]);
  });
});

describe('asyncapi.yaml', () => {
  it('passes the official parser', async () => {
    const { document, diagnostics } = await new Parser().parse(await read('asyncapi.yaml'));
    expect(diagnostics.filter(({ severity }) => Number(severity) === ERROR)).toEqual([]);
    expect(document).toBeDefined();
  });

  it('has a channel for each subject, with a sender and a receiver', async () => {
    const { document } = await new Parser().parse(await read('asyncapi.yaml'));
    const channels = document!.channels().all();
    expect(channels.map((channel) => channel.id()).sort()).toEqual(
      [...Object.keys(Subjects), 'inbox'].sort(),
    );
    for (const [key, { template }] of Object.entries(Subjects)) {
      const channel = channels.find((each) => each.id() === key)!;
      expect(channel.address()).toBe(template);
      const actions = channel
        .operations()
        .all()
        .map((operation) => operation.action());
      // What a producer sends as `job` arrives as `jobFrom`: the broker renames it.
      expect(actions, key).toContain('send');
      if (key !== 'job') expect(actions, key).toContain('receive');
    }
  });
});
