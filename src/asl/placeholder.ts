// Placeholders of templates: `${name}` in the text of a definition, which a deployment with SAM or CloudFormation fills before
// anybody reads it as JSON (DefinitionSubstitutions of AWS::StepFunctions::StateMachine). The API fills none.

/** Values by the names of placeholders. */
export type Substitutions = ReadonlyMap<string, string | number | boolean>;

const placeholder = /\$\{([A-Za-z0-9_.:-]{1,255})\}/g;
const placeholderName = /^[A-Za-z0-9_.:-]{1,255}$/;

export function isPlaceholderName(text: string): boolean {
  return placeholderName.test(text);
}

export interface FoundPlaceholder {
  readonly name: string;
  /** Where it begins in the text. */
  readonly start: number;
  /** Just after it. */
  readonly end: number;
}

export function placeholdersIn(text: string): readonly FoundPlaceholder[] {
  return [...text.matchAll(placeholder)].map(({ 0: whole, 1: name = "", index: start }) => ({
    name,
    start,
    end: start + whole.length,
  }));
}

export interface FilledText {
  readonly text: string;
  /** The part of the text as it was written that a part of the filled one comes from. */
  readonly written: (range: Range) => Range;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A value in the filled text, and the placeholder that it stands for in the written one. */
interface Filling extends Range {
  readonly written: Range;
}

/**
 * Puts the values into the text as they are. A placeholder that has none stays: it may be something else.
 * @returns `undefined` for a text that would be longer than the bound, in characters.
 */
export function fillPlaceholders(
  text: string,
  substitutions: Substitutions,
  maxLength: number,
): FilledText | undefined {
  const parts: string[] = [];
  const fillings: Filling[] = [];
  let length = 0;
  let from = 0;
  for (const { name, start, end } of placeholdersIn(text)) {
    const value = substitutions.get(name);
    if (value === undefined) continue;
    const filled = String(value);
    length += start - from + filled.length;
    if (length > maxLength) return undefined;
    parts.push(text.slice(from, start), filled);
    fillings.push({ start: length - filled.length, end: length, written: { start, end } });
    from = end;
  }
  const written = ({ start, end }: Range): Range => ({
    start: writtenOffset(fillings, start, "start"),
    end: writtenOffset(fillings, end, "end"),
  });
  return { text: [...parts, text.slice(from)].join(""), written };
}

function writtenOffset(fillings: readonly Filling[], offset: number, edge: keyof Range): number {
  const before = fillings.findLast(({ start }) => (edge === "start" ? start <= offset : start < offset));
  if (before === undefined) return offset;
  const isWithin = edge === "start" ? offset < before.end : offset <= before.end;
  return isWithin ? before.written[edge] : offset - before.end + before.written.end;
}

/** The line of the configuration that fills a placeholder. */
export function substitutionLine(name: string, value: string | number): string {
  return `"substitutions": { ${JSON.stringify(name)}: ${JSON.stringify(value)} }`;
}
