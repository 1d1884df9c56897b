// Timestamps of the language: the RFC 3339 profile of the Wait and Choice states (upper-case `T`, `Z` or a numeric
// offset), as strict about dates and times of day as the ISO-8601 offset date-time parser AWS names in its messages.

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * Milliseconds since 1970, with what a fraction has below a millisecond kept as a fraction.
 * `undefined` for anything else than a timestamp of a real date and time.
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = shape.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const [fraction, sign] = [parts[7], parts[8]];
  const offsetMinutes = sign === undefined ? 0 : Number(parts[9]) * 60 + Number(parts[10]);
  if (sign !== undefined && (Number(parts[10]) > 59 || offsetMinutes > 18 * 60)) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  // `Date.UTC` reads the years 0 to 99 as 1900 to 1999; setting the year on a date does not.
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day) return undefined;
  const seconds = (hour * 60 + minute) * 60 + second;
  const wholeMs = date.getTime() + seconds * 1000 - (sign === "-" ? -1 : 1) * offsetMinutes * 60_000;
  return fraction === undefined ? wholeMs : wholeMs + Number(`0.${fraction}`) * 1000;
}

/** `2024-01-01T00:00:00.000Z`: UTC with three fraction digits. */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}
