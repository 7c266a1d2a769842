const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;

/**
 * Whether a text is a point in time that every part of the platform reads the same: RFC 3339 with a real calendar day,
 * without leap seconds, and between 1970 and 9999 in UTC. JavaScript would roll the 30th of February over, and
 * PostgreSQL refuses years that JavaScript takes.
 */
export function isInstant(text: string): boolean {
  const match = RFC3339.exec(text);
  if (!match) return false;
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (hour! > 23 || minute! > 59 || second! > 59 || offsetHour! > 23 || offsetMinute! > 59) return false;
  const date = new Date(Date.UTC(year!, month! - 1, day));
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day) return false;
  const instant = Date.parse(text);
  return instant >= 0 && instant < Date.UTC(10_000, 0);
}
