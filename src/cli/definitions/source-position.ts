// Where a diagnostic's location, such as `/States/Pack/Branches[0]/StartAt`, stands in the file. Locations do not escape the
// names in them, so the document decides which of its members are meant.
import { isMap, isPair, isScalar, isSeq, type Document, type Node, type Pair, type Scalar } from "yaml";

export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The value where it is a scalar, else the name of the member; of what is not there, the nearest thing around it.
 * @param member of the object at the location: its name is what is meant.
 */
export function locate(document: Document, location: string, member?: string): Range | undefined {
  const { node, rest, found } = walk(document, location);
  const name = rest === "" && member !== undefined ? stepInto(node, `/${member}`)?.key : undefined;
  return rangeOf(name, false) ?? found ?? startOf(document.contents);
}

/** The scalar that stands at the very location. */
export function scalarAt(document: Document, location: string): Scalar | undefined {
  const { node, rest } = walk(document, location);
  return rest === "" && isScalar(node) ? node : undefined;
}

interface Walk {
  readonly node: unknown;
  /** The rest of the location, which the node does not have. */
  readonly rest: string;
  readonly found: Range | undefined;
}

function walk(document: Document, location: string): Walk {
  let node: unknown = document.contents;
  let rest = location === "/" ? "" : location;
  let found: Range | undefined;
  while (rest !== "") {
    const step = stepInto(node, rest);
    if (step === undefined) break;
    found = rangeOf(step.value, true) ?? rangeOf(step.key, false) ?? found;
    node = step.value;
    rest = rest.slice(step.length);
  }
  return { node, rest, found };
}

interface Step {
  readonly key: unknown;
  readonly value: unknown;
  /** Characters of the location that it takes. */
  readonly length: number;
}

function stepInto(node: unknown, rest: string): Step | undefined {
  if (isSeq(node)) {
    const [text, index] = /^\[(\d+)\]/.exec(rest) ?? [];
    const value = index === undefined ? undefined : node.items[Number(index)];
    return text === undefined || value === undefined ? undefined : { key: value, value, length: text.length };
  }
  if (!isMap(node)) return undefined;
  let longest: Step | undefined;
  for (const item of node.items) {
    const step = memberStep(item, rest);
    if (step !== undefined && step.length > (longest?.length ?? 0)) longest = step;
  }
  return longest;
}

function memberStep(item: unknown, rest: string): Step | undefined {
  if (!isPair(item) || !isScalar(item.key)) return undefined;
  const { key, value } = item as Pair;
  const text = `/${String(isScalar(key) ? key.value : "")}`;
  const follower = rest[text.length];
  const isMeant = rest.startsWith(text) && (follower === undefined || follower === "/" || follower === "[");
  return isMeant ? { key, value, length: text.length } : undefined;
}

/** @param isScalarOnly whether an object or a list, which may be long, has no range. */
function rangeOf(node: unknown, isScalarOnly: boolean): Range | undefined {
  if (isScalarOnly && !isScalar(node)) return undefined;
  const range = (node as Node | null | undefined)?.range;
  return range === undefined || range === null ? undefined : { start: range[0], end: Math.max(range[0] + 1, range[1]) };
}

function startOf(node: unknown): Range | undefined {
  const range = rangeOf(node, false);
  return range === undefined ? undefined : { start: range.start, end: range.start + 1 };
}
