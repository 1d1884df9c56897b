// Reads the `functions` member of the configuration file: which handler, command or URL stands for a Lambda function.
import { resolve } from "node:path";
import type { CommandTarget, FunctionTarget, FunctionTargets, UrlTarget } from "./config.ts";
import {
  folderOf,
  isMembers,
  type KnownMembers,
  type Members,
  quote,
  type Report,
  reportUnknown,
  show,
  textsOf,
  timeoutOf,
  typeName,
} from "./config-members.ts";
import { handlerInText, parseHandler, parseRuntime } from "./parse-handler.ts";

/** The configuration cannot be used; the message lists every problem, one a line. Values of `env` and `headers` are never shown. */
export class FunctionConfigError extends Error {
  override readonly name = "FunctionConfigError";
}

const functionKey =
  /^[A-Za-z0-9-_.]+(:[A-Za-z0-9-_$]+)?$|^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_.:$]+$/;

/**
 * @param value the parsed `functions` member; absent means none.
 * @param baseDirectory directory of the configuration file: relative paths start there.
 * @throws FunctionConfigError
 */
export function parseFunctionConfig(value: unknown, baseDirectory: string): FunctionTargets {
  const targets = new Map<string, FunctionTarget>();
  if (value === undefined) return targets;
  const problems: string[] = [];
  if (isMembers(value)) {
    for (const [name, entry] of Object.entries(value)) {
      const report: Report = (problem) => problems.push(`functions: ${quote(name)}: ${problem}`);
      if (!functionKey.test(name)) {
        report("is not a function name. Use letters, digits, '-', '_' and '.', or a function ARN.");
        continue;
      }
      const target = parseTarget(entry, baseDirectory, report);
      if (target !== undefined) targets.set(name, target);
    }
  } else {
    problems.push(
      `functions: is ${typeName(value)}. Make it an object: { "my-function": "./my-function.js#handler" }.`,
    );
  }
  if (problems.length > 0) throw new FunctionConfigError(problems.join("\n"));
  return targets;
}

const processMembers = ["env", "cwd", "timeout", "concurrency", "memorySize"];
const processOthers = ["timeoutSeconds", "memoryMb"];

const kinds = {
  handler: {
    function: "function with a handler",
    names: ["handler", "runtime", ...processMembers],
    others: ["module", "export", ...processOthers],
  },
  runtime: {
    function: "function of a runtime",
    names: ["command", "runtime", "handler", ...processMembers],
    others: processOthers,
  },
  command: { function: "command", names: ["command", "env", "cwd", "timeout"], others: ["timeoutSeconds"] },
  url: { function: "function behind a URL", names: ["url", "headers", "timeout"], others: ["timeoutSeconds"] },
} as const satisfies Readonly<Record<string, KnownMembers>>;

const anyMember: KnownMembers = {
  function: "function",
  names: [...new Set(Object.values(kinds).flatMap(({ names }) => names))],
  others: kinds.handler.others,
};

function parseTarget(entry: unknown, baseDirectory: string, report: Report): FunctionTarget | undefined {
  if (typeof entry === "string") return parseTargetText(entry, baseDirectory, report);
  if (!isMembers(entry)) {
    report(`is ${typeName(entry)}. Make it ${someText} or an object with "handler", "command" or "url".`);
    return undefined;
  }
  const kind = kindOf(entry, report);
  if (kind === undefined) return undefined;
  reportUnknown(entry, kinds[kind], report);
  switch (kind) {
    case "handler":
      return parseHandler(entry, baseDirectory, report);
    case "runtime":
      return parseRuntime(entry, baseDirectory, report);
    case "command":
      return parseCommand(entry, baseDirectory, report);
    case "url":
      return parseUrlTarget(entry, report);
  }
}

const someText = `a text ("./file.js#handler", "./file.py#lambda_handler", "https://…" or a command)`;

/** A runtime's own program is a command; everything else is known by its one telling member. */
function kindOf(entry: Members, report: Report): keyof typeof kinds | undefined {
  const has = (name: string): boolean => Object.hasOwn(entry, name);
  if (has("command") && has("runtime") && !has("url")) return "runtime";
  if (has("runtime") && !has("handler") && !has("module") && !has("url")) return "handler";
  const given = ["handler", "module", "command", "url"].filter((name) => has(name));
  const [first, second] = given;
  if (first === "handler" && given.length === 2 && second === "module") return "handler";
  if (first !== undefined && second === undefined) return first === "command" || first === "url" ? first : "handler";
  if (given.length === 0) {
    reportUnknown(entry, anyMember, report);
    report(`has none of "handler", "command" and "url". Give one.`);
  } else if (given.join() === "handler,command") {
    report(`has "handler" and "command". Add the "runtime" that the command is, or leave out the handler.`);
  } else {
    report(`has ${given.map(quote).join(" and ")}. Give one.`);
  }
  return undefined;
}

function parseTargetText(text: string, baseDirectory: string, report: Report): FunctionTarget | undefined {
  if (text.trim() === "") {
    report(`is an empty text. Give ${someText.slice("a text (".length, -1)}.`);
    return undefined;
  }
  if (/^\s*[a-z][a-z\d+.-]*:\/\//i.test(text)) return parseUrlTarget({ url: text }, report);
  if (handlerInText.test(text)) return parseHandler({ handler: text }, baseDirectory, report);
  return parseCommand({ command: text }, baseDirectory, report);
}

function parseCommand(entry: Members, baseDirectory: string, report: Report): CommandTarget | undefined {
  const { command } = entry;
  const isText = typeof command === "string" && command.trim() !== "";
  const isList = Array.isArray(command) && command.every((part) => typeof part === "string") && Boolean(command[0]);
  if (!isText && !isList) {
    report(`"command" is ${show(command)}. Give a command line, or a list such as ["python3", "handler.py"].`);
    return undefined;
  }
  return {
    kind: "command",
    command: isText ? command : (command as readonly string[]),
    cwd: resolve(baseDirectory, folderOf(entry, report) ?? "."),
    timeoutSeconds: timeoutOf(entry, report),
    env: textsOf(entry, "env", report),
  };
}

function parseUrlTarget(entry: Members, report: Report): UrlTarget | undefined {
  const url = typeof entry["url"] === "string" && URL.canParse(entry["url"]) ? new URL(entry["url"]) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    // It may hold a password: it is not repeated.
    report(`"url" is ${urlProblem(entry["url"])}. Give an address that starts with http:// or https://.`);
    return undefined;
  }
  const headers = textsOf(entry, "headers", report);
  for (const [name, text] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      report(`"headers" has the name ${quote(name)}, which no HTTP header can have.`);
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
      report(`"headers": the value of ${quote(name)} has characters that no header can hold.`);
  }
  return { kind: "url", url, headers, timeoutSeconds: timeoutOf(entry, report) };
}

function urlProblem(value: unknown): string {
  if (typeof value === "string") return "no address of HTTP";
  return value === undefined ? "absent" : typeName(value);
}
