/** What the gateway needs in order to serve. */
export interface Checks {
  readonly database: boolean;
  readonly bus: boolean;
}

/** How long database and broker may take to answer a probe, in milliseconds: below the usual timeout of probes. */
export const PROBE_TIMEOUT_MS = 800;

/** Asks what the gateway needs. Never throws: whatever fails or takes too long is not there. */
export async function checkReadiness(
  askDatabase: () => Promise<unknown>,
  askBus: () => Promise<unknown>,
  timeoutMs = PROBE_TIMEOUT_MS,
): Promise<Checks> {
  const [database, bus] = await Promise.all([
    answersIn(timeoutMs, askDatabase()),
    answersIn(timeoutMs, askBus()),
  ]);
  return { database, bus };
}

async function answersIn(timeoutMs: number, answer: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const answered = answer.then(
    () => true,
    () => false,
  );
  const isInTime = await Promise.race([answered, late]);
  clearTimeout(timer);
  return isInTime;
}
