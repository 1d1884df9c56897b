// The engine against json-path 2.0.0 itself on generated paths and documents, where Java and Debian's package
// `libjsonpath-java` are installed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { ExactNumber, type Json, stringifyJson } from "../json.ts";
import { compileJsonPath } from "./jsonpath.ts";

const jars = ["json-path-2.0.0", "json-smart", "accessors-smart", "asm", "slf4j-api"].map(
  (name) => `/usr/share/java/${name}.jar`,
);
const java = join(process.env["JAVA_HOME"] ?? "", process.env["JAVA_HOME"] === undefined ? "java" : "bin/java");
// The compiler is part of a development kit only.
const hasCompiler = spawnSync(java, ["--add-modules", "jdk.compiler", "-version"]).status === 0;
const isInstalled = hasCompiler && jars.every((jar) => existsSync(jar));

/** A line of JSON in, `{path, json}`; a line of JSON out: `[kind, isDefinite, value or text]`. */
const program = `
import com.jayway.jsonpath.*;
import com.jayway.jsonpath.spi.json.*;
import com.jayway.jsonpath.spi.mapper.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import net.minidev.json.*;

class Oracle {
  static final Configuration configuration = Configuration.builder()
      .jsonProvider(new JsonSmartJsonProvider()).mappingProvider(new JsonSmartMappingProvider()).build();

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      Map<?, ?> pair = (Map<?, ?>) plain(configuration.jsonProvider().parse(line));
      out.println(JSONArray.toJSONString(answer((String) pair.get("path"), pair.get("json"))));
    }
    out.flush();
  }

  static List<Object> answer(String text, Object document) {
    JsonPath path;
    try {
      path = JsonPath.compile(text);
    } catch (RuntimeException problem) {
      return Arrays.asList("refused", false, problem.getMessage());
    }
    try {
      return Arrays.asList("value", path.isDefinite(), (Object) path.read(document, configuration));
    } catch (PathNotFoundException problem) {
      return Arrays.asList("absent", path.isDefinite(), problem.getMessage());
    } catch (RuntimeException problem) {
      return Arrays.asList("inapplicable", path.isDefinite(), problem.getMessage());
    }
  }

  /** Plain collections, which print as those of other JSON libraries do. */
  static Object plain(Object value) {
    if (value instanceof List) {
      List<Object> list = new ArrayList<>();
      for (Object item : (List<?>) value) list.add(plain(item));
      return list;
    }
    if (!(value instanceof Map)) return value;
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) map.put(entry.getKey(), plain(entry.getValue()));
    return map;
  }
}
`;

type Pair = { readonly path: string; readonly json: Json };
type Answer = readonly [kind: string, isDefinite: boolean, result: unknown];

const names = fc.constantFrom("a", "b", "c", "a b", "x-y", "length()", "2", "ü", "");
const exactNumbers = ["1.0", "1.10", "9007199254740993", "12345678901234567890123"].map(
  (text) => new ExactNumber(text),
);
const numbers = fc.constantFrom(0, 1, 2, -1, -2, 5, 1.5, 10_000_000_000, 1e21, -0.001, ...exactNumbers);
const scalars = fc.oneof(
  numbers,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("a", "b", "1", "01", "null", "true", ""),
);
const documents = fc.letrec<{ readonly value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      names.filter((name) => name !== "2"),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

const indices = fc.constantFrom(
  "0",
  "1",
  "-1",
  "5",
  "0,1",
  "1,7",
  "1:",
  "-2:",
  ":1",
  ":-1",
  "0:2",
  "-2:2",
  "1:5:2",
  ":",
);
const places = fc.oneof(
  names.map((name) => `.${name}`),
  names.map((name) => `['${name}']`),
  fc.tuple(names, names).map(([one, other]) => `['${one}', '${other}']`),
  indices.map((index) => `[${index}]`),
  fc.constantFrom("[(@.length-1)]", "[(@.size() - 2)]", "[(@.count-1)]", "[*]", ".*", "[ 1 ]", ".[0]", '["a"]'),
);
const scans = fc
  .oneof(names, fc.constantFrom("*", "[*]", "[0]", "[0:1]", "['a','b']", "[?(@.a)]"))
  .map((at) => `..${at}`);
const definitePaths = fc
  .tuple(
    fc.constantFrom("@", "@", "@", "$"),
    fc.array(
      fc.oneof(
        names.map((name) => `.${name}`),
        fc.constant("[0]"),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([root, steps]) => root + steps.join(""));
const literals = fc.constantFrom(
  "1",
  "1.0",
  "01",
  "1.1",
  "9007199254740992",
  "12345678901234567890123",
  "'1'",
  "a",
  "'a'",
  "'null'",
  "null",
  "true",
  "TRUE",
  "",
  "1e1",
  "x",
  "-",
  '"a"',
  "/a/",
  "/A.*/i",
  "1e",
  ".",
  "..",
);
const sides = fc.oneof(definitePaths, literals);
const criteria = fc.oneof(
  definitePaths,
  definitePaths.map((path) => `!${path}`),
  fc
    .tuple(definitePaths, fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "=~", " == "), sides)
    .map((parts) => parts.join("")),
  fc.tuple(sides, fc.constantFrom("==", "=~", "<"), sides).map((parts) => parts.join(" ")),
);
const filters = fc
  .tuple(criteria, fc.array(fc.tuple(fc.constantFrom("&&", "||"), criteria), { maxLength: 3 }))
  .map(([first, rest]) => `[?(${first}${rest.map((part) => part.join(" ")).join(" ")})]`);
const pieces = fc.constantFrom(
  ..."$ @ . .. [ ] ( ) ? * : , ' \" == =~ && || ! a 0 -1 [?(@.a)] ['a'] / - b".split(" "),
  " ",
);

const paths = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.oneof({ weight: 3, arbitrary: places }, scans, filters), { maxLength: 4 }) },
  { weight: 2, arbitrary: filters.map((filter) => [filter]) },
  { weight: 2, arbitrary: fc.array(pieces, { maxLength: 8 }) },
);
const pairs: fc.Arbitrary<Pair> = fc.record({
  // A name or another `$` right behind `$` is AWS's, not Jayway's.
  path: paths.map((parts) => `$${parts.join("")}`).filter((path) => !/^\$[\p{L}$]/u.test(path)),
  json: documents as fc.Arbitrary<Json>,
});

test(
  "generated paths answer as json-path 2.0.0 does",
  { skip: !isInstalled && "Java and libjsonpath-java are not installed" },
  () => {
    const { seed } = fc.readConfigureGlobal();
    const sampled = fc.sample(pairs, {
      numRuns: 5_000,
      ...(seed !== undefined && { seed }),
    });
    // A null document is refused by the library's entry, before any path is evaluated.
    const cases = sampled.filter(({ json }) => json !== null);
    const theirs = askJava(cases);
    const different = cases.filter((pair, i) => !isSame(ourAnswer(pair), theirs[i]));
    assert.deepEqual(
      different.slice(0, 10).map((pair) => ({ ...pair, ours: ourAnswer(pair), theirs: theirs[cases.indexOf(pair)] })),
      [],
    );
  },
);

function askJava(cases: readonly Pair[]): readonly (Answer | undefined)[] {
  const directory = mkdtempSync(join(tmpdir(), "pawl-json-path-"));
  try {
    const source = join(directory, "Oracle.java");
    writeFileSync(source, program);
    const input = cases.map((pair) => `${stringifyJson({ ...pair })}\n`).join("");
    const { stdout, stderr, status } = spawnSync(java, ["-cp", jars.join(":"), source], { input, maxBuffer: 1e9 });
    assert.equal(status, 0, stderr.toString());
    return stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function ourAnswer({ path: text, json }: Pair): Answer {
  const compiled = compileJsonPath(text);
  if ("problem" in compiled) return ["refused", false, compiled.problem];
  const { path } = compiled;
  const result = path.read({ input: json, context: () => null, variables: new Map() });
  if (result.found) return ["value", path.isDefinite, result.value];
  return [result.reason === "past end" ? "absent" : result.reason, path.isDefinite, result.message];
}

function isSame(ours: Answer, theirs: Answer | undefined): boolean {
  if (theirs === undefined || ours[0] !== theirs[0] || ours[1] !== theirs[1]) return false;
  return isOfJava(theirs) || isDeepStrictEqual(JSON.parse(stringifyJson(ours[2] as Json)), theirs[2]);
}

/** Texts of Java itself differ from one version of Java to the next: there it is enough that both fail. */
function isOfJava([kind, , result]: Answer): boolean {
  if (kind === "refused") return String(result).includes("java.");
  return kind === "inapplicable" && !/^(?:Filter|Multi properties)/.test(String(result));
}
