/** What the gateway needs in order to serve. */
export interface Checks {
  readonly database: boolean;
  readonly bus: boolean;
}

/** How long the database may take to answer a probe, in milliseconds: below the usual timeout of probes. */
export const PROBE_TIMEOUT_MS = 800;

/** Checks what the gateway needs. Never throws: whatever fails or takes too long is not there. */
export async function checkReadiness(
  askDatabase: () => Promise<unknown>,
  isBusConnected: () => boolean,
  timeoutMs = PROBE_TIMEOUT_MS,
): Promise<Checks> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const answered = askDatabase().then(
    () => true,
    () => false,
  );
  const database = await Promise.race([answered, late]);
  clearTimeout(timer);
  return { database, bus: isBusConnected() };
}
