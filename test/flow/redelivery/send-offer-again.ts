import { EventType, Header, Service, serviceUser, sourceOf } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { expect } from 'vitest';
import type { TestPlatform } from '../support/platform.js';

/** Sends the newest offer of a subject a second time, as a scheduler does that died before it knew of the first. */
export async function sendOfferAgain({ broker, servers }: TestPlatform, subject: string): Promise<void> {
  const { data, header } = await broker.newest('DISPATCH', subject);
  const user = serviceUser(Service.Scheduler);
  const seed = await servers.keys.seedOf(user);
  const scheduler = await Bus.connect({ servers: servers.natsUrl, user, seed });
  const outcomes = await scheduler.publish([
    {
      subject,
      id: header(Header.Id),
      type: EventType.Offer,
      source: sourceOf(Service.Scheduler),
      time: header(Header.Time),
      jobId: header(Header.Subject),
      body: data,
      sendNumber: 1,
    },
  ]);
  await scheduler.close();
  expect(outcomes).toEqual(['stored']);
}
