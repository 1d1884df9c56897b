// The walker over a table of settings: it reads what a file holds, lets flags and variables go before it and defaults after
// it, and has one wording for what cannot be used. No message repeats a value that may be secret.
import { holdsAddress } from "../../aws/endpoint.ts";
import { nearestName } from "../../asl/nearest-name.ts";

export interface Place {
  /** The name that messages have for it, such as `auth.keys[0].allow`, `--port` or `PAWL_PORT`; empty for the whole file. */
  readonly name: string;
  /** The folder in which relative paths start. */
  readonly directory: string;
  readonly report: (problem: string) => void;
}

/** @returns `undefined` for a value that cannot be used, once the place has been told why. */
export type Read<T> = (value: unknown, place: Place) => T | undefined;

/** A kind of value that a setting can have. */
export interface Kind<T> {
  /** The documentation's word for it. */
  readonly is: string;
  readonly read: Read<T>;
  /** Reads the text of a flag or variable, where that is written otherwise than in a file. */
  readonly readWords?: Read<T> | undefined;
  /** The settings of a group. */
  readonly fields?: Fields;
  /** The settings within it as the documentation lists them, below a path such as `[]`. */
  readonly nested?: { readonly path: string; readonly fields: Fields } | undefined;
}

export interface Group<F extends Fields> extends Kind<Given<F>> {
  readonly fields: F;
}

/** One row of the table of settings. */
export interface Field {
  readonly kind: Kind<unknown>;
  /** The documentation's and the help's words for it; links are Markdown. */
  readonly says: string;
  /** A flag as the help shows it; its long name is the field's. */
  readonly flag?: string;
  /** Environment variables, the first that is set before the others. */
  readonly variables?: readonly string[];
  /** A value as a file would give it. */
  readonly default?: unknown;
  /** The documentation's word for what holds where there is no default. */
  readonly otherwise?: string;
  readonly isRequired?: true;
  /** Says whether the environment takes the setting away, wherever it is given. */
  readonly isOff?: (environment: Environment) => boolean;
}
export type Fields = Readonly<Record<string, Field>>;
export type Environment = Readonly<Record<string, string | undefined>>;

type Value<F extends Field> = F["kind"] extends Kind<infer T> ? T : never;
type NameOf<F extends Fields, Row> = { [K in keyof F]: F[K] extends Row ? K : never }[keyof F];

/** The members of an object that holds what it must. */
export type Given<F extends Fields> = { readonly [K in NameOf<F, Required>]: Value<F[K]> } & {
  readonly [K in Exclude<keyof F, NameOf<F, Required>>]?: Value<F[K]> | undefined;
};
interface Required {
  readonly isRequired: true;
}

/** The settings once all their sources have been heard. */
export type Resolved<F extends Fields> = {
  readonly [K in NameOf<F, Certain>]: F[K] extends Grouped<infer Inner> ? Resolved<Inner> : Value<F[K]>;
} & { readonly [K in Exclude<keyof F, NameOf<F, Certain>>]?: Value<F[K]> | undefined };
type Certain = { readonly default: unknown } | Grouped<Fields>;
interface Grouped<F extends Fields> {
  readonly kind: { readonly fields: F };
}

export interface Sources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Environment;
  /** The folder in which relative paths of flags, variables and defaults start. */
  readonly directory: string;
}

/** The one place where a source goes before another: flags, variables, the file, defaults. */
export function resolveFields<F extends Fields>(
  fields: F,
  file: Readonly<Record<string, unknown>>,
  { report, ...sources }: Sources & Pick<Place, "report">,
): Resolved<F> {
  const resolved = Object.entries(fields).map(([name, field]) => {
    const { kind, isOff, default: usual } = field;
    const { [name]: given } = file;
    if (kind.fields !== undefined)
      return [name, resolveFields(kind.fields, isMembers(given) ? given : {}, { ...sources, report })];
    if (isOff?.(sources.environment) === true) return [name, undefined];
    const place = { directory: sources.directory, report };
    for (const { name: source, words } of wordsOf(name, field, sources)) {
      const value = (kind.readWords ?? kind.read)(words, { ...place, name: source });
      if (value !== undefined) return [name, value];
    }
    return [name, given ?? (usual === undefined ? undefined : kind.read(usual, { ...place, name }))];
  });
  return Object.fromEntries(resolved) as Resolved<F>;
}

/** The texts that go before the file's value, the first one first. An empty variable is none. */
export function wordsOf(
  name: string,
  { flag, variables = [] }: Field,
  { flags, environment }: Sources,
): readonly { readonly name: string; readonly words: string }[] {
  const given = [
    { name: `--${name}`, words: flag === undefined ? undefined : flags[name] },
    ...variables.map((variable) => ({ name: variable, words: environment[variable] || undefined })),
  ];
  return given.flatMap(({ name: source, words }) => (words === undefined ? [] : [{ name: source, words }]));
}

/** @param example a whole one, for whoever wrote something else. */
export function object<const F extends Fields>(fields: F, example: string): Kind<Given<F>> {
  return {
    is: "object",
    nested: { path: "", fields },
    read(value, place) {
      if (!isMembers(value)) return refuse(kindOf(value), `Make it an object, such as ${example}.`, place);
      const within = place.name === "" ? "" : `${place.name}.`;
      reportUnknown(value, { known: Object.keys(fields), within }, place);
      const members: [string, unknown][] = [];
      let isWhole = true;
      for (const [name, { kind, isRequired = false }] of Object.entries(fields)) {
        const { [name]: given } = value;
        if (given === undefined && !isRequired) continue;
        const member = kind.read(given, { ...place, name: `${within}${name}` });
        if (member !== undefined) members.push([name, member]);
        else if (isRequired) isWhole = false;
      }
      return isWhole ? (Object.fromEntries(members) as Given<F>) : undefined;
    },
  };
}

/** An object whose settings have variables and defaults of their own, so that they are there without it. */
export function group<const F extends Fields>(fields: F, example: string): Group<F> {
  return { ...object(fields, example), fields };
}

interface ListOptions {
  readonly example: string;
  readonly mayBeEmpty?: true;
}

export function list<T>(item: Kind<T>, { example, mayBeEmpty }: ListOptions): Kind<readonly T[]> {
  return {
    is: "list",
    nested: item.nested && { ...item.nested, path: `[]${item.nested.path}` },
    read(value, place) {
      if (!Array.isArray(value)) return refuse(kindOf(value), `Make it a list, such as ${example}.`, place);
      if (value.length === 0 && mayBeEmpty !== true)
        return refuse("an empty list", `Fill it, as in ${example}.`, place);
      const items = value.map((each: unknown, i) => item.read(each, { ...place, name: `${place.name}[${i}]` }));
      return items.filter((each) => each !== undefined);
    },
  };
}

/**
 * An object with members of the given names, all of one kind.
 * @param name stands for them in the documentation.
 */
export function byName<N extends string, T>(
  names: readonly N[],
  kind: Kind<T>,
  { name, example }: { readonly name: string; readonly example: string },
): Kind<Readonly<Partial<Record<N, T>>>> {
  const members = object(Object.fromEntries(names.map((each) => [each, { kind, says: "" }])), example);
  const { is, read } = members;
  return {
    is,
    nested: kind.nested && { ...kind.nested, path: `.${name}${kind.nested.path}` },
    read: (value, place) => read(value, place) as Readonly<Partial<Record<N, T>>> | undefined,
  };
}

interface NamedOptions {
  readonly accepts: { test(name: string): boolean };
  /** The sentence that says what to do with a name. */
  readonly advice: string;
  readonly example: string;
}

/** An object with members of any names that are accepted, all of one kind. */
export function named<T>(kind: Kind<T>, { accepts, advice, example }: NamedOptions): Kind<ReadonlyMap<string, T>> {
  return {
    is: "object",
    nested: kind.nested && { ...kind.nested, path: `.<name>${kind.nested.path}` },
    read(value, place) {
      if (!isMembers(value)) return refuse(kindOf(value), `Make it an object, such as ${example}.`, place);
      const members = new Map<string, T>();
      for (const [name, given] of Object.entries(value)) {
        if (accepts.test(name)) {
          const member = kind.read(given, { ...place, name: `${place.name}.${name}` });
          if (member !== undefined) members.set(name, member);
        } else place.report(`${place.name} has a member named ${show(name)}. ${advice}`);
      }
      return members;
    },
  };
}

type Variants = Readonly<Record<string, Fields>>;
type Variant<V extends Variants> = { [K in keyof V & string]: { readonly to: K } & Given<V[K]> }[keyof V & string];
interface DestinationOptions {
  readonly example: string;
  readonly says: string;
  /** The destination of those that name none. */
  readonly usual?: string;
}

/** An object whose member `to` says which others there are. */
export function destination<const V extends Variants>(
  variants: V,
  { example, says, usual }: DestinationOptions,
): Kind<Variant<V>> {
  const to = {
    kind: oneOf(Object.keys(variants)),
    says,
    ...(usual === undefined ? ({ isRequired: true } as const) : { default: usual }),
  };
  return {
    is: "object",
    nested: { path: "", fields: Object.assign({ to }, ...Object.values(variants)) as Fields },
    read(value, place) {
      const chosen = isMembers(value) && value["to"] === undefined ? { ...value, to: usual } : value;
      const name = isMembers(chosen) ? to.kind.read(chosen["to"], { ...place, name: `${place.name}.to` }) : "";
      if (name === undefined) return undefined;
      return object({ to, ...variants[name] }, example).read(chosen, place) as Variant<V> | undefined;
    },
  };
}

/** A kind whose values are checked further, or become something else. */
export function refined<T, U>(kind: Kind<T>, refine: (value: T, place: Place) => U | undefined): Kind<U> {
  const { is, nested, read, readWords } = kind;
  const after =
    (first: Read<T>): Read<U> =>
    (value, place) => {
      const given = first(value, place);
      return given === undefined ? undefined : refine(given, place);
    };
  return { is, nested, read: after(read), readWords: readWords && after(readWords) };
}

/** @param advice the list of the values, where that says too little. */
export function oneOf<const T extends string>(values: readonly T[], advice = `Give ${eitherOf(values)}.`): Kind<T> {
  return {
    is: eitherOf(values, (value) => `\`"${value}"\``),
    read: (value, place) => values.find((each) => each === value) ?? refuse(show(value), advice, place),
  };
}

function eitherOf(values: readonly string[], shown: (value: string) => string = show): string {
  const words = values.map((value) => shown(value));
  return [words.slice(0, -1).join(", "), words.at(-1)].filter((part) => part !== "").join(" or ");
}

/** The form of every message on a value. */
export function refuse(shown: string, advice: string, { name, report }: Place): undefined {
  report(`${name} is ${shown}. ${advice}`.trimStart());
}

function reportUnknown(
  value: Members,
  { known, within }: { readonly known: readonly string[]; readonly within: string },
  { report }: Place,
): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const advice = nearest === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${within}${nearest}?`;
    const shown = holdsAddress(name) ? `${within}(an address)` : `${within}${name}`;
    report(`${shown} is unknown. ${advice}`);
  }
}

type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in a message that must not repeat it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "absent";
  if (value === null || value === "") return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

/** An address is not repeated, whatever it was given for. */
export function show(value: unknown): string {
  if (typeof value === "string" && holdsAddress(value)) return "an address";
  const isPlain =
    (typeof value === "string" && value !== "") || typeof value === "number" || typeof value === "boolean";
  return isPlain ? JSON.stringify(value) : kindOf(value);
}
