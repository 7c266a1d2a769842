const SDK = Symbol.for('countersign.telemetry.sdk');

interface Sdk {
  shutdown(): Promise<void>;
}

/** Keeps the SDK that `register.ts` started where {@link shutdownTelemetry} finds it, in whatever copy of this module. */
export function keepSdk(sdk: Sdk): void {
  (globalThis as Record<symbol, unknown>)[SDK] = sdk;
}

/** Sends the spans that wait. Must run before the process ends, or the last ones are lost. */
export async function shutdownTelemetry(): Promise<void> {
  await ((globalThis as Record<symbol, unknown>)[SDK] as Sdk | undefined)?.shutdown();
}
