// Expressions of both query languages, cheap and dear, right and nearly right.
import type { Random } from "../random.ts";
import { list, pickFrom } from "./values.ts";

/** Parameters of the functions by a letter each: text, number, array, object, function, regular expression, anything, picture. */
const functions: Readonly<Record<string, string>> = {
  string: "x", length: "t", substring: "tnn", substringBefore: "tt", substringAfter: "tt", uppercase: "t", lowercase: "t",
  trim: "t", pad: "tnt", contains: "tr", split: "tr", join: "at", match: "tr", replace: "trt", base64encode: "t",
  base64decode: "t", encodeUrlComponent: "t", encodeUrl: "t", decodeUrl: "t", decodeUrlComponent: "t", number: "t", abs: "n",
  floor: "n", ceil: "n", round: "nn", power: "nn", sqrt: "n", random: "", formatNumber: "np", formatBase: "nn",
  formatInteger: "np", parseInteger: "tp", sum: "a", max: "a", min: "a", average: "a", count: "a", append: "aa", sort: "af",
  reverse: "a", shuffle: "a", distinct: "a", zip: "aaa", boolean: "x", not: "x", exists: "x", keys: "o", lookup: "ot",
  spread: "o", merge: "a", sift: "of", each: "of", error: "t", assert: "xt", type: "x", now: "p", millis: "",
  fromMillis: "np", toMillis: "tp", map: "af", filter: "af", single: "af", reduce: "af", partition: "an", range: "nnn",
  hash: "th", uuid: "", parse: "t", clone: "x", eval: "t",
}; // prettier-ignore

const numbers = ["0", "1", "-1", "2", "10", "1000", "1e9", "1e308", "0.1", "$states.input.number"];
const lengths = [10, 1_000, 20_000, 360_145, 10_000_000];
const regexes = [
  "/a/",
  "/a*b/",
  "/(a+)+$/",
  "/((a{1,100}){1,100})/",
  String.raw`/(\p{L}+ )*x/`,
  "/(a|aa)*c/i",
  "/[^b]*?b/",
  "/(.*)(.*)(.*)z/",
  "//",
  "/(/",
];
const pictures = [
  "'I'",
  "'A'",
  "'w'",
  "'Ww;o'",
  "'#,##0.00'",
  "'#'",
  "'[Y0001]-[M01]-[D01]'",
  "'[Y]'",
  "'[FNn], [D1o] [MNn]'",
  "'000'",
  "''",
];
const algorithms = ["'MD5'", "'SHA-1'", "'SHA-512'", "'none'"];

export function jsonata(random: Random, depth = 3): string {
  if (depth <= 0) return argument(random, "tnaox"[random.below(5)] ?? "x", 0);
  const inner = (): string => jsonata(random, depth - 1);
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return call(random, depth);
    case 4:
      return `$count([1..${pickFrom(random, lengths)}].(${inner()}))`;
    case 5:
      return `$map([1..${pickFrom(random, lengths)}], function($i){${inner()}})`;
    case 6:
      return `(${inner()} ${pickFrom(random, ["+", "-", "*", "/", "%", "&", "=", "!=", "<", ">=", "in", "and", "or", "??", "?:", "~>", "."])} ${inner()})`;
    case 7:
      return `(${inner()} ? ${inner()} : ${inner()})`;
    case 8:
      return `(${inner()})[${inner()}]`;
    case 9:
      return `(${inner()})^(${pickFrom(random, ["$", ">$", "<id", "$string($)"])})`;
    case 10:
      return `{${JSON.stringify(pickFrom(random, ["a", "b"]))}: ${inner()}, $string(${inner()}): ${inner()}}`;
    case 11:
      return pickFrom(random, [
        "($f := function($n){$n <= 0 ? 0 : 1 + $f($n - 1)}; $f(1000000))",
        "($f := function($n){$n <= 0 ? 0 : $f($n - 1)}; $f(100000000))",
        "($f := function(){$f()}; $f())",
        "($s := function($t, $n){$n = 0 ? $t : $s($t & $t, $n - 1)}; $s('ab', 40))",
        "($a := function($t, $n){$n = 0 ? $t : $a([$t, $t], $n - 1)}; $a([1], 30))",
        "($d := function($t, $n){$n = 0 ? $t : $d({'a': $t}, $n - 1)}; $d(1, 20000))",
      ]);
    case 12:
      return (
        list(random.below(40), inner)
          .map((one) => `(${one})`)
          .join(" ?: ") || "1"
      );
    default:
      return `${pickFrom(random, ["$states.input", "$states.context"])}.${pickFrom(random, ["**", "*", "items", "**.a", "items.(id)", "%", "items#$i", "items@$j", "deep.a.a", "items{name: id}"])}`;
  }
}

function call(random: Random, depth: number): string {
  const [name, parameters] = pickFrom(random, Object.entries(functions));
  return `$${name}(${[...parameters].map((kind) => argument(random, kind, depth - 1)).join(", ")})`;
}

function argument(random: Random, kind: string, depth: number): string {
  if (depth > 0 && random.isLucky(25)) return jsonata(random, depth - 1);
  switch (kind) {
    case "t":
      return pickFrom(random, [
        "''",
        "'a'",
        "'1234'",
        "'2026-01-01T00:00:00Z'",
        "$states.input.text",
        "$string($states.input)",
        `$pad('', ${pickFrom(random, [10, 1_000, 100_000, 3_900_000])}, 'a')`,
        `$join([1..${pickFrom(random, [100, 100_000])}].'ab')`,
      ]);
    case "n":
      return pickFrom(random, numbers);
    case "a":
      return pickFrom(random, [
        "[]",
        "$states.input.items",
        `[1..${pickFrom(random, lengths)}]`,
        "[[1,2],[3]]",
        "$states.input.items.id",
        "['b','a']",
      ]);
    case "o":
      return pickFrom(random, [
        "{}",
        "$states.input",
        "$states.context",
        "{'a': {'b': 1}}",
        "$merge([1..20000].{$string($): $})",
      ]);
    case "f":
      return pickFrom(random, [
        "function($a){$a}",
        "function($a, $b){$a > $b}",
        "function($a, $b){$random() > 0.5}",
        "$string",
        "$sum",
        "function($a, $b){[$a, $b]}",
        "function($a, $b){$a & $b}",
      ]);
    case "r":
      return pickFrom(random, [...regexes, "'a'", "''"]);
    case "p":
      return pickFrom(random, pictures);
    case "h":
      return pickFrom(random, algorithms);
    default:
      return pickFrom(random, ["1", "null", "$states.input", "[]", "true", "function($x){$x}"]);
  }
}

/** A path that names one thing. */
export function referencePath(random: Random): string {
  if (random.isLucky(10)) return jsonPath(random);
  return pickFrom(random, [
    "$",
    "$.items",
    "$.text",
    "$.number",
    "$.deep",
    "$.items[0]",
    "$.items[0].id",
    `$${".a".repeat(random.below(900))}`,
  ]);
}

export function jsonPath(random: Random): string {
  const segment = (): string =>
    pickFrom(random, [
      ".items",
      ".text",
      ".deep",
      ".a",
      ".*",
      "[*]",
      "..*",
      "..a",
      "..id",
      "[0]",
      "[-1:]",
      "[0:100000:1]",
      "['a','b']",
      ".length()",
      ".sum()",
      "[?(@)]",
      "[?(@.id > 5)]",
      "[?(@ == $.text)]",
      filter(random),
      `[${list(500, (i) => i).join(",")}]`,
      random.isLucky(5) ? "['" : ".b",
    ]);
  return `$${list(1 + random.below(4), segment).join("")}`;
}

function filter(random: Random): string {
  const regex = pickFrom(random, [
    "/.*a.*/",
    String.raw`/(\p{L}{1000})/`,
    "/((a{1,100}){1,10})/i",
    "/(a|b)*c/",
    "/.*(.*)*x/",
  ]);
  const term = pickFrom(random, [
    `@ =~ ${regex}`,
    `@.a =~ ${regex}`,
    `$.text =~ ${regex}`,
    "@.id < 3",
    "@.tags contains 'a'",
    "@.size() > 1",
  ]);
  return `[?(${list(1 + random.below(random.isLucky(10) ? 2_000 : 5), () => term).join(pickFrom(random, [" || ", " && "]))})]`;
}

export function intrinsic(random: Random, depth = 3): string {
  const value = (): string => {
    if (depth > 0 && random.isLucky(50)) return intrinsic(random, depth - 1);
    return pickFrom(random, [
      "$",
      "$.text",
      "$.items",
      "$.number",
      "1",
      "-5",
      "'a'",
      "'{}{}'",
      "$$",
      "$$.Execution.Id",
      jsonPath(random),
    ]);
  };
  const [name, arity] = pickFrom(random, [
    ["Format", 3],
    ["StringToJson", 1],
    ["JsonToString", 1],
    ["Array", 4],
    ["ArrayPartition", 2],
    ["ArrayContains", 2],
    ["ArrayRange", 3],
    ["ArrayGetItem", 2],
    ["ArrayLength", 1],
    ["ArrayUnique", 1],
    ["Base64Encode", 1],
    ["Base64Decode", 1],
    ["Hash", 2],
    ["JsonMerge", 3],
    ["MathRandom", 2],
    ["MathAdd", 2],
    ["StringSplit", 2],
    ["UUID", 0],
    ["None", 1],
  ] as const);
  if (name === "ArrayRange") return `States.ArrayRange(1, ${pickFrom(random, [10, 1_000, 100_000])}, 1)`;
  if (name === "Array") return `States.Array(${list(random.below(random.isLucky(5) ? 2_000 : 5), value).join(", ")})`;
  return `States.${name}(${list(arity, value).join(", ")})`;
}
