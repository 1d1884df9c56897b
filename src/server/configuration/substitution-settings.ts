// The setting `substitutions`: what fills the placeholders of definitions, of all machines or of one.
import { isPlaceholderName, type Substitutions } from "../../asl/placeholder.ts";
import { isMembers, type Kind, kindOf, type Place, refuse } from "./walk.ts";

export interface SubstitutionSettings {
  readonly all: Substitutions;
  /** By the names of machines. */
  readonly byMachine: ReadonlyMap<string, Substitutions>;
}

export const noSubstitutions: SubstitutionSettings = { all: new Map(), byMachine: new Map() };

/** Characters of a value; the whole definition has its own bound. */
const maxValueLength = 1_048_576;
const example = `"TableName": "orders"`;

export const substitutions: Kind<SubstitutionSettings> = {
  is: "object",
  read(value, place) {
    if (!isMembers(value)) return refuse(kindOf(value), `Make it an object, such as { ${example} }.`, place);
    const all = new Map<string, string | number | boolean>();
    const byMachine = new Map<string, Substitutions>();
    for (const [name, given] of Object.entries(value)) {
      if (isMembers(given)) byMachine.set(name, valuesOf(given, { ...place, name: nameWithin(place, name) }));
      else addValue(all, name, given, place);
    }
    return { all, byMachine };
  },
};

function valuesOf(members: Readonly<Record<string, unknown>>, place: Place): Substitutions {
  const values = new Map<string, string | number | boolean>();
  for (const [name, given] of Object.entries(members)) addValue(values, name, given, place);
  return values;
}

/** A value may be secret: it is not repeated. */
function addValue(
  values: Map<string, string | number | boolean>,
  name: string,
  value: unknown,
  { report, ...place }: Place,
): void {
  const at = { ...place, report, name: nameWithin(place, name) };
  if (!isPlaceholderName(name)) {
    report(`${at.name} is no placeholder. Give the name that stands in \${…}: letters, digits, '_', '-', '.' and ':'.`);
  } else if (typeof value === "string" && value.length > maxValueLength) {
    refuse("too long", `Give at most ${maxValueLength} characters.`, at);
  } else if (isValue(value)) {
    values.set(name, value);
  } else refuse(kindOf(value), "Make it a text, a number or a boolean.", at);
}

function isValue(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function nameWithin({ name }: Pick<Place, "name">, member: string): string {
  return `${name}.${member.slice(0, 255)}`;
}
