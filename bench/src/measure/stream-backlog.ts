import type { Bus } from '@countersign/messaging';

/** Messages held in streams. The bus's user must be allowed the JetStream API. */
export async function streamBacklog(bus: Bus, streams: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    streams.map(async (name) => {
      const info = (await bus.request(`$JS.API.STREAM.INFO.${name}`, {})) as {
        state?: { messages: number };
      };
      if (!info.state) throw new Error(`stream ${name} cannot be read`);
      return info.state.messages;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
