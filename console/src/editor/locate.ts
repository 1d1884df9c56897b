// The place in a text that a location of the validator means, such as `/States/Ship/Choices[0]/Next`.
import type { SyntaxNode, Tree } from "@lezer/common";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range of the value there, or of the deepest part of the way that exists; the whole text's beginning for none. */
export function rangeOf(tree: Tree, text: string, location: string): Range {
  let node = valueIn(tree.topNode);
  let rest = location;
  let range: Range = { from: 0, to: Math.min(1, text.length) };
  while (node !== undefined) {
    const step = nextStep(node, rest, text);
    if (step === undefined) return rest === "" ? { from: node.from, to: node.to } : range;
    ({ node, rest, range } = step);
  }
  return range;
}

/** The range of the state that a node of the graph stands for. */
export function rangeOfPointer(tree: Tree, text: string, pointer: string): Range {
  const location = pointer
    .replaceAll(/\/Branches\/(\d+)/g, "/Branches[$1]")
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
  return rangeOf(tree, text, location);
}

interface Step {
  readonly node: SyntaxNode | undefined;
  readonly rest: string;
  readonly range: Range;
}

function nextStep(node: SyntaxNode, rest: string, text: string): Step | undefined {
  if (node.name === "Array") {
    const [whole = "", index] = /^\[(\d+)\]/.exec(rest) ?? [];
    if (index === undefined) return undefined;
    const item = valuesOf(node)[Number(index)];
    return item && { node: item, rest: rest.slice(whole.length), range: item };
  }
  if (node.name !== "Object" || !rest.startsWith("/")) return undefined;
  const members = propertiesOf(node, text).filter(({ name }) => isStart(rest, name));
  // Names may have slashes in them: the longest one that fits is meant.
  const member = members.reduce<Property | undefined>(
    (best, one) => (best !== undefined && best.name.length >= one.name.length ? best : one),
    undefined,
  );
  if (member === undefined) return undefined;
  return { node: member.value, rest: rest.slice(member.name.length + 1), range: member.key };
}

function isStart(rest: string, name: string): boolean {
  return rest.startsWith(`/${name}`) && ["", "/", "["].includes(rest.charAt(name.length + 1));
}

export interface Property {
  readonly name: string;
  readonly key: Range;
  readonly value: SyntaxNode | undefined;
}

export function propertiesOf(object: SyntaxNode, text: string): readonly Property[] {
  return object.getChildren("Property").map((property) => {
    const key = property.getChild("PropertyName") ?? property;
    return { name: textOf(key, text), key: { from: key.from, to: key.to }, value: valueIn(property) };
  });
}

export function textOf(node: SyntaxNode, text: string): string {
  try {
    return String(JSON.parse(text.slice(node.from, node.to)));
  } catch {
    // It is still being typed.
    return text.slice(node.from, node.to).replaceAll(/^"|"$/g, "");
  }
}

const values = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);

function valueIn(node: SyntaxNode): SyntaxNode | undefined {
  return valuesOf(node)[0];
}

function valuesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (values.has(child.name)) found.push(child);
  return found;
}
