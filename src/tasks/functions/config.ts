// The `functions` member of the configuration file: which module, command or URL stands for a Lambda function.
import { dirname, resolve } from "node:path";
import { holdsAddress } from "../../aws/endpoint.ts";

/** What every function that runs in processes of its own has. */
interface ProcessTarget {
  /** The function's folder: its working directory, and LAMBDA_TASK_ROOT. */
  readonly cwd: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** The most processes at a time; left out: as many as the server's bound allows. */
  readonly concurrency: number | undefined;
  readonly env: Readonly<Record<string, string>>;
}
/** A JavaScript or TypeScript module, run by Pawl's own Node.js runtime over IPC. */
export interface ModuleTarget extends ProcessTarget {
  readonly kind: "module";
  readonly path: string;
  /** May be nested, as in `app.handler`. Left out: `handler`, or else the default export. */
  readonly exportName?: string | undefined;
  readonly runtime: "nodejs22.x" | "nodejs24.x";
}
export interface CommandTarget {
  readonly kind: "command";
  /** A list is a program with its arguments; a text is a line for the system's shell. */
  readonly command: string | readonly string[];
  readonly cwd: string;
  readonly timeoutSeconds: number;
  readonly env: Readonly<Record<string, string>>;
}
export interface UrlTarget {
  readonly kind: "url";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}
export type FunctionTarget = ModuleTarget | CommandTarget | UrlTarget;

/** Targets by what a workflow calls them: a name, `name:qualifier` or a function ARN. */
export type FunctionTargets = ReadonlyMap<string, FunctionTarget>;

/** The configuration cannot be used; the message lists every problem, one a line. Values of `env` and `headers` are never shown. */
export class FunctionConfigError extends Error {
  override readonly name = "FunctionConfigError";
}

const defaultTimeoutSeconds = 60;
/** The longest delay a timer of Node.js can have. */
const maxTimeoutSeconds = 2_147_483;
const defaultMemoryMb = 1024;
const functionKey =
  /^[A-Za-z0-9-_.]+(:[A-Za-z0-9-_$]+)?$|^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_.:$]+$/;
const moduleText = /^(\S+\.[cm]?[jt]s)(?:#([\w$]+))?$/;

type Members = Readonly<Record<string, unknown>>;
type Report = (problem: string) => void;

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

function parseTarget(entry: unknown, baseDirectory: string, report: Report): FunctionTarget | undefined {
  if (typeof entry === "string") return parseTargetText(entry, baseDirectory, report);
  if (!isMembers(entry)) {
    report(
      `is ${typeName(entry)}. Make it a text ("./file.js#export", "https://…" or a command) or an object with ` +
        `"module", "command" or "url".`,
    );
    return undefined;
  }
  const kinds = (["module", "command", "url"] as const).filter((kind) => Object.hasOwn(entry, kind));
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined) {
    report(
      `has ${kinds.length === 0 ? "none" : kinds.map(quote).join(" and ")} of "module", "command" and "url". Give one.`,
    );
    return undefined;
  }
  reportUnknown(entry, kind, report);
  if (kind === "module") return parseModule(entry, baseDirectory, report);
  return kind === "command" ? parseCommand(entry, baseDirectory, report) : parseUrlTarget(entry, report);
}

function parseTargetText(text: string, baseDirectory: string, report: Report): FunctionTarget | undefined {
  if (text.trim() === "") {
    report(`is an empty text. Give "./file.js#export", "https://…" or a command.`);
    return undefined;
  }
  if (/^\s*[a-z][a-z\d+.-]*:\/\//i.test(text)) return parseUrlTarget({ url: text }, report);
  const [, path, exportName] = moduleText.exec(text) ?? [];
  if (path !== undefined) return parseModule({ module: path, export: exportName }, baseDirectory, report);
  return parseCommand({ command: text }, baseDirectory, report);
}

function parseModule(entry: Members, baseDirectory: string, report: Report): ModuleTarget | undefined {
  const { module, export: exportName, memoryMb = defaultMemoryMb } = entry;
  const [, path, exportInPath] = typeof module === "string" ? (moduleText.exec(module) ?? [undefined, module]) : [];
  if (path === undefined || path === "" || holdsAddress(path)) {
    report(`"module" is ${show(module)}. Give the path of a .js, .mjs, .cjs or .ts file.`);
    return undefined;
  }
  if (exportName !== undefined && (typeof exportName !== "string" || exportName === "")) {
    report(`"export" is ${show(exportName)}. Give the name of an export of the module, or leave it out for "handler".`);
  }
  if (typeof memoryMb !== "number" || !(memoryMb >= 16 && memoryMb <= 65_536)) {
    report(`"memoryMb" is ${show(memoryMb)}. Give a number from 16 to 65536.`);
  }
  return {
    kind: "module",
    path: resolve(baseDirectory, path),
    cwd: dirname(resolve(baseDirectory, path)),
    runtime: "nodejs24.x",
    concurrency: undefined,
    exportName: typeof exportName === "string" ? exportName : exportInPath,
    timeoutSeconds: parseTimeout(entry, report),
    memoryMb: Number(memoryMb),
    env: parseTexts(entry, "env", report),
  };
}

function parseCommand(entry: Members, baseDirectory: string, report: Report): CommandTarget | undefined {
  const { command, cwd = "." } = entry;
  const isText = typeof command === "string" && command.trim() !== "";
  const isList = Array.isArray(command) && command.every((part) => typeof part === "string") && Boolean(command[0]);
  if (!isText && !isList) {
    report(`"command" is ${show(command)}. Give a command line, or a list such as ["python3", "handler.py"].`);
    return undefined;
  }
  if (typeof cwd !== "string" || holdsAddress(cwd)) report(`"cwd" is ${show(cwd)}. Give the path of a directory.`);
  return {
    kind: "command",
    command: isText ? command : (command as readonly string[]),
    cwd: resolve(baseDirectory, typeof cwd === "string" ? cwd : "."),
    timeoutSeconds: parseTimeout(entry, report),
    env: parseTexts(entry, "env", report),
  };
}

function parseUrlTarget(entry: Members, report: Report): UrlTarget | undefined {
  const url = typeof entry["url"] === "string" && URL.canParse(entry["url"]) ? new URL(entry["url"]) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    // It may hold a password: it is not repeated.
    report(`"url" is ${urlProblem(entry["url"])}. Give an address that starts with http:// or https://.`);
    return undefined;
  }
  const headers = parseTexts(entry, "headers", report);
  for (const [name, text] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      report(`"headers" has the name ${quote(name)}, which no HTTP header can have.`);
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
      report(`"headers": the value of ${quote(name)} has characters that no header can hold.`);
  }
  return { kind: "url", url, headers, timeoutSeconds: parseTimeout(entry, report) };
}

function urlProblem(value: unknown): string {
  if (typeof value === "string") return "no address of HTTP";
  return value === undefined ? "absent" : typeName(value);
}

const knownMembers: Readonly<Record<FunctionTarget["kind"], readonly string[]>> = {
  module: ["module", "export", "timeoutSeconds", "memoryMb", "env"],
  command: ["command", "timeoutSeconds", "env", "cwd"],
  url: ["url", "headers", "timeoutSeconds"],
};

function reportUnknown(entry: Members, kind: FunctionTarget["kind"], report: Report): void {
  for (const name of Object.keys(entry)) {
    if (knownMembers[kind].includes(name)) continue;
    report(
      `has an unknown member ${quote(name)}. A ${kind} function takes ${knownMembers[kind].map(quote).join(", ")}.`,
    );
  }
}

function parseTimeout(entry: Members, report: Report): number {
  const { timeoutSeconds = defaultTimeoutSeconds } = entry;
  if (typeof timeoutSeconds === "number" && timeoutSeconds > 0 && timeoutSeconds <= maxTimeoutSeconds)
    return timeoutSeconds;
  report(
    `"timeoutSeconds" is ${show(timeoutSeconds)}. Give a number of seconds above 0, at most ${maxTimeoutSeconds}.`,
  );
  return defaultTimeoutSeconds;
}

function parseTexts(entry: Members, member: "env" | "headers", report: Report): Readonly<Record<string, string>> {
  const { [member]: value = {} } = entry;
  if (!isMembers(value)) {
    report(`"${member}" is ${typeName(value)}. Make it an object of names and texts.`);
    return {};
  }
  const texts: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") report(`"${member}": ${quote(name)} is ${typeName(text)}. Make it a text.`);
    else if (member === "env" && (name === "" || /[=\0]/.test(name) || text.includes("\0"))) {
      report(`"env": ${quote(name)} cannot be an environment variable. Leave out '=' and the zero character.`);
    } else texts.push([name, text]);
  }
  return Object.fromEntries(texts);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

function show(value: unknown): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value) ?? typeName(value);
  return holdsAddress(text) ? "an address" : text;
}

function quote(name: string): string {
  return holdsAddress(name) ? "(an address)" : JSON.stringify(name);
}
