// The evaluator against the `jsonata` package: generated expressions over generated inputs give equal values or equal error
// codes. A failure prints the seed that repeats it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import jsonata from "jsonata";
import type { Json } from "../json.ts";
import { compileJsonata, evaluateJsonata } from "./jsonata.ts";

const caseCount = Number(process.env["PAWL_DIFFERENTIAL_CASES"] ?? 20_000);

const names = ["a", "b", "c", "items", "n"];
const scalar = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, 1.25, -2.5, 1e21, 0.1, 100.333),
  fc.constantFrom("", "a", "b", "abc", "Hello World", "1", "10.5", "x-y-z", "2024-01-15T10:20:30.000Z", "é😀"),
  fc.boolean(),
  fc.constant(null),
);
const { data } = fc.letrec<{ data: Json }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie("data"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie("data"), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
  ),
}));
const input = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.dictionary(fc.constantFrom(...names), data, {
      maxKeys: 5,
      noNullPrototype: true,
    }) as fc.Arbitrary<Json>,
  },
  { weight: 1, arbitrary: data },
);

const literals = ["0", "1", "2", "-1", "1.5", '"a"', '"abc"', "''", '"b"', "true", "false", "null", "[]", "{}", '"-"'];
const regexes = ["/a/", "/[a-c]+/", "/(\\w)(\\d)?/", "/l+/i", "/-|b/", "/^.*$/m", "/x?y/"];
const unary = [
  "sum count max min average string length lowercase uppercase trim number abs floor ceil round sqrt boolean not keys",
  "exists spread merge reverse type distinct base64encode encodeUrlComponent sort toMillis single fromMillis clone",
]
  .join(" ")
  .split(" ");
const binary =
  "append substring substringBefore substringAfter contains split join lookup power pad zip formatBase".split(" ");
const pictures = ["'#,##0.00'", "'0'", "'00.#'", "'##0%'", "'0.0e0'", "'#'"];
const integerPictures = ["'w'", "'W'", "'Ww;o'", "'i'", "'I'", "'a'", "'A'", "'0001'", "'#,##0'", "'1;o'"];
const datePictures = [
  "'[Y]-[M01]-[D01]'",
  "'[FNn], [D1o] [MNn] [Y]'",
  "'[H01]:[m01] [PN]'",
  "'[X]-W[W01]'",
  "'[w] [xNn] [d]'",
];
const lambdas = [
  "function($x){$x}",
  "function($x){$x + 1}",
  "function($x, $i){$i}",
  "function($x){$x.a}",
  "function($x, $y){$x & $y}",
];

const { expression } = fc.letrec<{ expression: string; step: string }>((tie) => {
  const part = tie("expression");
  const pick = (options: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...options);
  const form = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((one) => (typeof one === "string" ? fc.constant(one) : one))).map((texts) => texts.join(""));
  const callee = fc.oneof(pick(lambdas), pick(unary.map((name) => `$${name}`)));
  return {
    step: fc.oneof(
      { weight: 6, arbitrary: pick(names) },
      pick(["*", "**", "$", "%"]),
      form("{'k': ", part, "}"),
      form("[", part, "]"),
      form("(", part, ")"),
      form("$", pick(unary), "()"),
      form("^(", pick([">", "<", ""]), pick(names), ")").map((sort) => `$${sort}`),
    ),
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      pick([...names, ...names, ...literals, "$", "$$", "$v", "$w"]),
      form(part, ".", tie("step")),
      form(pick(names), ".", tie("step"), ".", tie("step")),
      form(part, "[", part, "]"),
      form(pick(names), "[", part, "].", tie("step")),
      form(part, "[]"),
      form(pick(names), "[].", pick(names)),
      form(part, " ", pick("+ - * / % = != < <= > >= & and or in".split(" ")), " ", part),
      form("(", part, " ", pick("+ - * / % = != < <= > >= & and or in".split(" ")), " ", part, ")"),
      form("-", part),
      form("[", part, ", ", part, "]"),
      form("[", part, "..", part, "]"),
      form("{", pick(["'p'", "'q'", "a", "$string(b)"]), ": ", part, "}"),
      form("{'p': ", part, ", 'q': ", part, "}"),
      form(pick(names), "{", pick(["a", "b", "$string(c)", "'z'"]), ": ", part, "}"),
      form(part, " ? ", part, " : ", part),
      form(part, " ?: ", part),
      form(part, " ?? ", part),
      form("($v := ", part, "; ", part, ")"),
      form("($w := ", part, "; $v := $w; ", part, ")"),
      form("$", pick(unary), "(", part, ")"),
      form("$", pick(binary), "(", part, ", ", part, ")"),
      form("$substring(", part, ", ", part, ", ", part, ")"),
      form("$replace(", part, ", ", fc.oneof(pick(regexes), part), ", ", fc.oneof(pick(["'$1'", "'[$0]'"]), part), ")"),
      form("$match(", part, ", ", pick(regexes), ")"),
      form("$", pick(["split", "contains"]), "(", part, ", ", pick(regexes), ")"),
      form("$formatNumber(", part, ", ", pick(pictures), ")"),
      form("$formatInteger(", part, ", ", pick(integerPictures), ")"),
      form("$parseInteger(", part, ", ", pick(integerPictures), ")"),
      form("$fromMillis(", part, " % 5000 * 86400000000, ", pick(datePictures), ")"),
      form("$", pick(["map", "filter", "single", "sort", "reduce"]), "(", part, ", ", callee, ")"),
      form("$", pick(["each", "sift"]), "(", part, ", ", callee, ")"),
      form("$reduce(", part, ", function($p, $q){$p & $q}, ", part, ")"),
      form("$sort(", part, ", function($l, $r){$l.a > $r.a})"),
      form(part, " ~> ", pick(unary.map((name) => `$${name}`))),
      form(part, " ~> $append(", part, ")"),
      form("(", callee, " ~> ", callee, ")(", part, ")"),
      form("$append(?, ", part, ")(", part, ")"),
      form("function($x, $y){[$x, $y]}(", part, ", ", part, ")"),
      form("function($x)<", pick(["n", "s", "a<n>", "x", "o-", "n-", "(ns)"]), ":x>{$x}(", part, ")"),
      form(part, "^(", pick([">", "<", ""]), part, ")"),
      form(pick(names), "@$v.", pick(names), "[$v.", pick(names), " = ", part, "]"),
      form(pick(names), "@$v.", tie("step"), ".{'v': $v, 's': ", part, "}"),
      form(pick(names), "#$v[", part, "].{'v': $v, 's': ", part, "}"),
      form(pick(names), ".", pick(names), ".{'up': %.", pick(names), ", 's': ", part, "}"),
      form(pick(names), "[%.", pick(names), " = ", part, "]"),
      form(
        part,
        " ~> |",
        pick(["$", "a", "items", "**"]),
        "|{'t': ",
        part,
        "}",
        pick(["", ", 'a'", ", ['b', 'c']"]),
        "|",
      ),
    ),
  };
});

type Result = { readonly value: unknown } | { readonly code: string } | "nothing" | "not comparable";

async function evaluateWithPackage(text: string, document: Json): Promise<Result> {
  // It takes a built-in function for an object with members.
  if (text.includes(".$spread()") || (text.includes("|") && text.includes("spread"))) return "not comparable";
  // It loses patterns left of `?:` and `??`, and then may never end.
  if (/\/.*\?[?:]/.test(text)) return "not comparable";
  try {
    const program = jsonata(text);
    const copy = structuredClone(document);
    const value: unknown = await program.evaluate(copy, { v: [1, 2, 3] });
    // It writes into empty arrays that it groups.
    if (!isDeepStrictEqual(copy, document)) return "not comparable";
    if (value === undefined) return "nothing";
    return isComparable(value) ? { value: JSON.parse(JSON.stringify(value)) as unknown } : "not comparable";
  } catch (error) {
    // Errors of the platform have no code: the package has met what it did not foresee.
    const { code } = error as { code?: string };
    return code === undefined ? "not comparable" : { code };
  }
}

/** Functions, and numbers that JSON has not, are no results here. */
function isComparable(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value === "number") return Number.isFinite(value);
  // Dates and digits of what is no number.
  if (typeof value === "string") return !/nan|undefined/i.test(value);
  if (typeof value !== "object" || value === null) return true;
  if ("_jsonata_lambda" in value || "_jsonata_function" in value) return false;
  return Object.values(value).every(isComparable);
}

/** The package evaluates the parts of a constructor concurrently: of two errors in it, either may be reported. */
function areErrorsAtOnce(ours: Result, theirs: Result, text: string): boolean {
  const areErrors = typeof ours === "object" && "code" in ours && typeof theirs === "object" && "code" in theirs;
  return areErrors && ours.code !== theirs.code && /[[{].*,.*[\]}]/.test(text);
}

/** The package writes instants beyond any date as `NaN`. */
function isRefusedDate(ours: Result, text: string): boolean {
  return typeof ours === "object" && "code" in ours && ours.code === "D1001" && text.includes("fromMillis");
}

/** The package puts a member into an empty array that an object constructor is applied to. */
function areSpoiled(ours: Result, theirs: Result): boolean {
  return JSON.stringify(theirs).includes("[null]") && withoutSpoiled(ours) === withoutSpoiled(theirs);
}

function withoutSpoiled(result: Result): string {
  return JSON.stringify(result).replaceAll("[null]", "[]");
}

function evaluateWithOurs(text: string, document: Json): Result {
  const compiled = compileJsonata(text, { dialect: "jsonata" });
  if ("problem" in compiled) return { code: compiled.problem.code };
  const outcome = evaluateJsonata(compiled.program, document, new Map([["v", [1, 2, 3]]]), { nowMs: 0, seed: "" });
  if (outcome.kind === "value") return { value: JSON.parse(JSON.stringify(outcome.value)) as unknown };
  if (outcome.kind === "error") return { code: outcome.code };
  return outcome.kind === "nothing" ? "nothing" : "not comparable";
}

test("generated expressions give the package's values or its error codes, and leave their input as it was", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(expression, input, async (text, document) => {
      const before = JSON.stringify(document);
      const ours = evaluateWithOurs(text, document);
      assert.equal(JSON.stringify(document), before, `${text} changed its input`);
      const theirs = await evaluateWithPackage(text, document);
      if (theirs === "not comparable" || isRefusedDate(ours, text) || areErrorsAtOnce(ours, theirs, text)) return;
      compared += 1;
      const detail = `${text} over ${before}\nours ${JSON.stringify(ours)}\npackage ${JSON.stringify(theirs)}`;
      assert.ok(isDeepStrictEqual(ours, theirs) || areSpoiled(ours, theirs), detail);
    }),
    { numRuns: caseCount },
  );
  assert.ok(compared > caseCount / 2, `only ${compared} of ${caseCount} cases could be compared`);
});
