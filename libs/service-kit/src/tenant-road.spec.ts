import { Service } from '@countersign/contracts';
import { sqlOver, type DatabaseLike } from '@countersign/persistence';
import { describe, expect, it } from 'vitest';
import { Road } from './road.js';

/** A database that notes for which tenants it was asked for a transaction. */
function database() {
  const tenants: (string | undefined)[] = [];
  const sql = sqlOver(() => Promise.resolve([]));
  const fake: DatabaseLike = {
    ...sql,
    transaction: (work, tenant) => {
      tenants.push(tenant);
      return work(sql);
    },
    close: () => Promise.resolve(),
  };
  return { fake, tenants };
}
const bus = { publish: () => Promise.resolve([]) };

describe('a road for the requests of a tenant', () => {
  it('reads and runs under the role that answers requests, in the name of the tenant', async () => {
    const [own, api] = [database(), database()];
    const road = new Road(Service.Scheduler, own.fake, bus, {}, api.fake).forTenant('acme');
    expect(await road.read(() => Promise.resolve('read'))).toBe('read');
    expect(await road.run(() => Promise.resolve('done'))).toBe('done');
    expect([api.tenants, own.tenants]).toEqual([['acme', 'acme'], []]);
  });

  it('is none where the service has no such role: its own sees every tenant', () => {
    const road = new Road(Service.OutputScanner, database().fake, bus);
    expect(() => road.forTenant('acme')).toThrow('no database role for requests');
  });

  it('is none without a tenant', () => {
    const road = new Road(Service.Scheduler, database().fake, bus, {}, database().fake);
    expect(() => road.forTenant('')).toThrow('needs a tenant');
  });
});
