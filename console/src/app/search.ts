// Members of an address's query as the pages take them: anything else counts as absent.

export function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

export function oneOf<const Known extends string>(value: unknown, known: readonly Known[]): Known | undefined {
  const given = typeof value === "boolean" ? String(value) : value;
  return known.find((name) => name === given);
}
