// Data that servers break of: large, deep, wide, odd.
import type { Random } from "../random.ts";

export type Make = (random: Random) => string;

export function pickFrom<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}

export const list = <Item>(length: number, item: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, index) => item(index));

const quote = (value: unknown): string => JSON.stringify(value);

function nested(levels: number, open: string, close: string): string {
  return `${open.repeat(levels)}1${close.repeat(levels)}`;
}

/** JSON texts that are inputs of executions: an object with `text`, `items`, `number`, `deep`, and what else there is. */
export const inputs: readonly Make[] = [
  () => "{}",
  () => '{"text":"abc","items":[1,2,3],"number":1}',
  (random) => quote({ text: "a".repeat(random.below(250_000)), items: list(20, (i) => i), number: 1 }),
  (random) => quote({ text: "word ".repeat(random.below(40_000)), items: ["a", "b"], number: 1e9 }),
  (random) => quote({ text: "é\u{1f600}".repeat(random.below(30_000)), items: [], number: -1 }),
  (random) => quote({ text: "ab", items: list(random.below(60_000), (i) => i % 10), number: 0 }),
  (random) =>
    quote({
      text: "1,2,".repeat(100),
      items: list(random.below(5_000), (i) => ({ id: i, name: `n${i}`, tags: ["a"] })),
      number: 5,
    }),
  (random) => `{"text":"x","items":[],"number":1,"deep":${nested(random.below(900), '{"a":', "}")}}`,
  (random) => `{"text":"x","items":${nested(random.below(900), "[", "]")},"number":1}`,
  (random) =>
    quote({
      text: "x",
      items: [1],
      number: 1,
      ...Object.fromEntries(list(random.below(15_000), (i) => [`member${i}`, i])),
    }),
  () => '{"__proto__":{"a":1},"constructor":{"prototype":{}},"text":"x","items":[1],"number":1}',
  () => '{"text":"x","text":"y","items":[1,1.0,1e400,-0,1e-400,123456789012345678901234567890],"number":1e308}',
  () => String.raw`{"text":"\ud800","items":["\u0000","\ufeff","\u2028"],"number":0.1}`,
  (random) =>
    quote({
      text: "AaBB".repeat(random.below(2_000)),
      items: list(512, (i) => list(9, (bit) => ((i >> bit) & 1 ? "Aa" : "BB")).join("")),
      number: 2,
    }),
  () => "null",
  () => '"only a text"',
  () => "[[],{}]",
  () => "1e309",
];

/** Texts that are no names, ARNs, tokens or bodies. */
export const oddTexts: readonly Make[] = [
  () => "",
  () => " ",
  () => "\u0000",
  () => "../../../etc/passwd",
  () => "a".repeat(81),
  (random) => "x".repeat(random.below(300_000)),
  () => "é\u{1f600}\u202e",
  () => "*",
  () => "arn:aws:states:us-east-1:123456789012:stateMachine:",
  () => "arn:aws:states:us-east-1:123456789012:execution:fuzz:..",
  () => `arn:${":".repeat(5_000)}`,
  () => "arn:aws:lambda:eu-west-1:999999999999:function:x",
  () => "__proto__",
  () => "%00%ff${jndi:x}",
  () => "AAAA".repeat(400),
  (random) => nested(random.below(100_000), "[", "]"),
  (random) => nested(random.below(100_000), '{"a":', "}"),
  () => "{",
  () => '{"StartAt":"A","States":{}}',
  () => "\ud800",
  () => "' OR 1=1 --",
];

/** Values of any type, as JSON texts. */
export const oddValues: readonly Make[] = [
  () => "null",
  () => "true",
  () => "0",
  () => "-1",
  () => "1e400",
  () => "9223372036854775808",
  () => "0.5",
  () => "[]",
  () => "{}",
  () => "[null]",
  (random) => `[${list(random.below(2_000), () => "{}").join(",")}]`,
  (random) => nested(random.below(3_000), "[", "]"),
  (random) => quote(pickFrom(random, oddTexts)(random)),
];
