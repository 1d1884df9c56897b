// The house rules that a machine can check: which part may import which, what must not be written, how a file begins.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && file !== "package-lock.json");
const sources = files.filter((file) => /\.tsx?$/.test(file));
const text = new Map(files.filter(isText).map((file) => [file, read(file)]));

/** The parts of `src` and what each may import beside itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  asl: [],
  aws: ["asl"],
  engine: ["asl"],
  graph: ["asl"],
  store: ["asl", "engine"],
  runtime: ["asl", "aws", "engine", "store"],
  cluster: ["asl", "aws", "engine", "store", "runtime"],
  tasks: ["asl", "aws", "engine"],
  telemetry: ["asl", "aws", "engine", "runtime", "store"],
  mapruns: ["asl", "aws", "engine", "store", "runtime"],
  api: ["asl", "aws", "engine", "runtime", "store"],
  server: ["asl", "aws", "engine", "graph", "store", "runtime", "cluster", "tasks", "telemetry", "mapruns", "api"],
  cli: [
    "asl",
    "aws",
    "engine",
    "graph",
    "store",
    "runtime",
    "cluster",
    "tasks",
    "telemetry",
    "mapruns",
    "api",
    "server",
  ],
  testing: [
    "asl",
    "aws",
    "engine",
    "graph",
    "store",
    "runtime",
    "cluster",
    "tasks",
    "telemetry",
    "mapruns",
    "api",
    "server",
    "cli",
  ],
};
/**
 * The file that may be imported beside the arrows: the types by which the engine's users and its connectors know each other.
 */
const ports = "src/tasks/ports.ts";
const pureParts = new Set(["asl", "engine", "graph"]);

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Where it is allowed. */
  readonly except?: RegExp;
  /** Comments may say it. */
  readonly isInCode?: boolean;
}

const bans: readonly Ban[] = [
  { pattern: /\bas any\b|\w\)?: any\b[^ ]|<any>/, instead: "unknown, and a decoder", isInCode: true },
  { pattern: /@ts-(ignore|expect-error|nocheck)/, instead: "a type that is true" },
  { pattern: /(eslint|oxlint)-disable(?!.* -- )/, instead: "an exception with its reason" },
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b/, instead: "the thing itself, or an issue" },
  { pattern: /\b(test|describe|it)\.(only|skip|todo)\(/, instead: "a test that runs" },
  { pattern: /^\s*export \* from/m, instead: "imports from the file that has it" },
  {
    pattern: /\benum \w+ \{/,
    instead: "a union of literals",
    // Functions of other people, in texts.
    except: /^src\/tasks\/functions\/(load-check|node-runtime\/typescript)\.test\.ts$/,
  },
  { pattern: /\/(home|Users|root|tmp)\/[a-z]/, instead: "a path that is true on every machine", except: /\.test\.ts$/ },
  {
    pattern: /callAt\(\s*[\w.#]*\bnow\(\)/,
    instead: "callAfter, which no jump of the clock touches",
    except: /\.test\.ts$/,
  },
  {
    pattern: /mkdir(Sync)?\([^\n]*recursive: true/,
    instead: "makeFolder: Node.js never ends to make folders below /proc",
    except: /\.test\.ts$|^(bench|scripts|conformance|endurance)\//,
  },
  { pattern: /registry\.npmjs|https?:\/\/[^\s"'`]*npm[^\s"'`]*\/[^\s"'`]*\.tgz/, instead: "a package by its name" },
];

test("parts import only what their arrows allow", () => {
  const wrong = sources
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
    .filter(([file, target]) => !isAllowed(file, target))
    .map(([file, target]) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
});

test("the console imports of the server only its pure parts, and the types of the console's API", () => {
  const isOwn = (path: string): boolean => path.startsWith("console/src/");
  const wrong = sources
    .filter((file) => isOwn(file) && !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const content = text.get(file) ?? "";
      const outside = importsOf(file).filter((target) => !isOwn(target));
      const values = [...content.matchAll(/^import (?!type )[^;]*from "@contract"/gm)].map(() => "values of @contract");
      const aliases = [...content.matchAll(/from "@([a-z]+)\/[^"]*\.ts"/g)].map(([, part = ""]) => part);
      return [...outside, ...values, ...aliases.filter((part) => !pureParts.has(part))].map((it) => `${file}: ${it}`);
    });
  assert.deepEqual(wrong, []);
});

test("pure parts import no Node.js module and read neither clock nor chance nor environment", () => {
  const impure = /from "node:|\bDate\.now\(|new Date\(\)|Math\.random\(|process\.|performance\./;
  const wrong = sources.filter(
    (file) => pureParts.has(partOf(file) ?? "") && !file.endsWith(".test.ts") && impure.test(withoutComments(file)),
  );
  assert.deepEqual(wrong, []);
});

test("SQL is written in the stores alone", () => {
  const sql = /\b(SELECT\s+[\w*(]|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA\s)/;
  const wrong = sources.filter(
    (file) => file.startsWith("src/") && !file.startsWith("src/store/") && sql.test(withoutComments(file)),
  );
  assert.deepEqual(wrong, []);
});

for (const { pattern, instead, except, isInCode } of bans) {
  test(`nowhere ${String(pattern)}: write ${instead}`, () => {
    const wrong = [...text]
      .filter(([file]) => file !== "scripts/tidy.test.ts" && !(except?.test(file) ?? false))
      .filter(([file, content]) => pattern.test(isInCode === true ? withoutComments(file) : content))
      .map(([file]) => file);
    assert.deepEqual(wrong, []);
  });
}

test("every source file opens with a sentence on what it is for", () => {
  const wrong = sources.filter(
    (file) => !file.endsWith(".test.ts") && !/^(#!.*\n)?\/\/ [A-Z`"]/.test(text.get(file) ?? ""),
  );
  assert.deepEqual(wrong, []);
});

test("comments start with the noun that they are about", () => {
  const headless = /^(Of|What|Who|Whoever|Whatever)\b/;
  const wrong = sources.flatMap((file) =>
    commentsOf(file).flatMap((comment) =>
      comment
        .split(/(?<=[.!?])\s+(?=[A-Z])/)
        .filter((sentence) => headless.test(sentence))
        .map((sentence) => `${file}: ${sentence}`),
    ),
  );
  assert.deepEqual(wrong, []);
});

test("files have kebab-case names that say more than that they help", () => {
  const vague = /(^|[/-])(utils?|helpers?|common|misc|manager|impl|base)\.ts$/;
  const wrong = sources.filter((file) => vague.test(file) || /[A-Z_]/.test(file));
  assert.deepEqual(wrong, []);
});

test("folders under src are at most three deep", () => {
  const wrong = sources.filter((file) => file.startsWith("src/") && dirname(file).split("/").length > 4);
  assert.deepEqual(wrong, []);
});

function isAllowed(file: string, target: string): boolean {
  const from = partOf(file);
  const to = partOf(target);
  if (from === undefined || from === to) return true;
  if (target === ports && (from === "runtime" || from === "api")) return true;
  return to !== undefined && (arrows[from] ?? []).includes(to);
}

function partOf(file: string): string | undefined {
  return /^src\/([a-z]+)\//.exec(file)?.[1];
}

/** Files of the project that a file imports, by their path from the root. */
function importsOf(file: string): readonly string[] {
  const imports = (text.get(file) ?? "").matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g);
  return [...imports].map(([, path = ""]) => normalize(join(dirname(file), path)));
}

/** The comments of a file, each as one text, however many lines it has. */
function commentsOf(file: string): readonly string[] {
  const comments = (text.get(file) ?? "").matchAll(/\/\*\*?[^]*?\*\/|(?:^[ \t]*\/\/ .*\n?)+/gm);
  return [...comments].map(([comment]) =>
    comment
      .replaceAll(/^[ \t]*(?:\/\/|\/?\*+\/?)[ \t]?|\*\/$/gm, "")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}

function withoutComments(file: string): string {
  return (text.get(file) ?? "").replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
}

function isText(file: string): boolean {
  return /\.(tsx?|mjs|js|json|md|yml|yaml)$|^\.ci\/|^[A-Z]+$/.test(file) && file !== "LICENSE";
}

function read(file: string): string {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    // Deleted and not yet committed.
    return "";
  }
}
