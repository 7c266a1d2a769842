import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '@countersign/kernel';
import { ROOT } from '@countersign/standalone';
import { describe, expect, it } from 'vitest';
import { durableCalls } from './durable-calls.js';
import { PLANTED_BUGS } from './plant/planted-bugs.js';

const CALLS = ['libs/messaging/src', 'libs/persistence/src'].flatMap(durableCalls);

/** What leaves nothing behind, or is a step of something that has its points. */
const WITHOUT_POINTS: Readonly<Record<string, string>> = {
  'libs/messaging/src/connection.ts#send': 'its callers have the points',
  'libs/messaging/src/consume/batch-consumer.ts#shutDown': 'gives back what was not begun',
  'libs/messaging/src/consume/batch-consumer.ts#sayWorking': 'only puts a redelivery off',
  'libs/messaging/src/consume/pull-loop.ts#pull': 'asks for messages',
  'libs/messaging/src/consume/read-consumer.ts#readConsumer': 'asks whether a consumer exists',
  'libs/persistence/src/migrate.ts#grantRights': 'the set-up step, which is repeated until it succeeds',
  'libs/persistence/src/migrate.ts#migrateService': 'the set-up step, which is repeated until it succeeds',
};

describe('every commit, publish and acknowledgement', () => {
  it('was found: the search sees the ones that there must be', () =>
    expect(CALLS.map(({ call }) => call)).toEqual(
      expect.arrayContaining(['this.client.query', 'this.connection.nats.publish', 'this.connection.send']),
    ));

  it('has a point before and one after', () => {
    const bare = CALLS.filter(({ hasBefore, hasAfter }) => !hasBefore || !hasAfter).map(({ place }) => place);
    expect([...new Set(bare)].toSorted()).toEqual(Object.keys(WITHOUT_POINTS).toSorted());
  });
});

describe('a release build', () => {
  const built = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && file.name.endsWith('.js') && file.parentPath.includes('/dist'))
      .map((file) => join(file.parentPath, file.name)),
  );

  it('can not die at a point: what it resolves does nothing', () => {
    process.env['COUNTERSIGN_FAULT'] = 'here';
    expect(() => fault('here')).not.toThrow();
    delete process.env['COUNTERSIGN_FAULT'];
    const { imports } = JSON.parse(readFileSync(join(ROOT, 'libs/kernel/package.json'), 'utf8')) as {
      imports: { '#faults': Record<string, string> };
    };
    const armed = Object.entries(imports['#faults']).filter(([, file]) => file.includes('armed'));
    expect(armed.map(([condition]) => condition)).toEqual(['@countersign/faults']);
  });

  it('holds no planted bug', () => {
    expect(built.length).toBeGreaterThan(200);
    const planted = Object.values(PLANTED_BUGS).flatMap(({ edits }) =>
      edits.map(({ replace }) => replace).filter((text) => text !== ''),
    );
    for (const file of built) {
      const text = readFileSync(file, 'utf8');
      expect(text, file).not.toContain('COUNTERSIGN_PLANT');
      for (const replace of planted) expect(text.includes(replace), `${file}: ${replace}`).toBe(false);
    }
  });
});
