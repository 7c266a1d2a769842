import { describe } from 'vitest';
import { buryBadMessages } from './bus-producer/bury-bad-messages.js';
import { keepToOneself } from './bus-producer/keep-to-oneself.js';
import { sendJobs } from './bus-producer/send-jobs.js';
import { squatEventIds } from './bus-producer/squat-event-ids.js';
import { useBusProducer } from './support/bus-producer.js';
import { MODES, usePlatform } from './support/platform.js';

describe.each(MODES)('a producer on the bus, %s', (mode) => {
  const platform = usePlatform(mode);
  const producer = useBusProducer(platform);

  describe('sends jobs', () => sendJobs(platform, producer));
  describe('sends what is no job', () => buryBadMessages(platform, producer));
  describe('shares the broker with others', () => keepToOneself(platform, producer));
  describe('whose events others name', () => squatEventIds(platform, producer));
});
