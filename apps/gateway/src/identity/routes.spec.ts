import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PUBLIC, ROUTES, ruleOf, Side, type Route } from './routes.js';

const LOCAL = { [Side.Producer]: 'local-producer', [Side.Operator]: 'local-operator' };

it('the documentation says of every route who may use it', async () => {
  const text = await readFile(new URL('../../../../docs/http.md', import.meta.url), 'utf8');
  const [, ...tables] = text.split('| on loopback without credentials |');
  const rows = [...(tables[0] ?? '').split('\n\n')[0]!.matchAll(/^\| (`.+?) +\| (.+?) +\|(.*)\|$/gm)];
  const documented = rows.flatMap(([, names = '', roles, local = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(
      ([, route]) => [route, [roles, local.replaceAll(/[` ]/g, '')]] as const,
    ),
  );
  const expected = (Object.keys(ROUTES) as Route[]).map((route) => {
    const rule = ruleOf(route);
    return [route, rule === PUBLIC ? ['everybody', ''] : [rule.roles.join(', '), LOCAL[rule.side]]] as const;
  });
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
});
