/** No port, or one that some scheme takes when none is written. */
const DEFAULT_PORT = /:0*(?:80|443|22|9418)?$/;

/** Whether a host ends in a port that need not be written. */
export const hasDefaultPort = (host: string): boolean => DEFAULT_PORT.test(host);

/** A host, perhaps with a port, without a last dot and without the default port of any scheme. */
export function normaliseHost(text: string): string {
  return text.replace(DEFAULT_PORT, '').replace(/(?<=[^.])\.(?=$|:[0-9]+$)/, '');
}
