// Functions that run in processes of their own: a handler in a file, or a program of a Lambda runtime. A handler is named by
// its file, as in `./app.py#lambda_handler`, or as Lambda has it: `app.lambda_handler`, beside the runtime.
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { holdsAddress } from "../../aws/endpoint.ts";
import type { ModuleTarget, RuntimeTarget } from "./config.ts";
import {
  concurrencyOf,
  folderOf,
  givenMember,
  memoryOf,
  type Members,
  type Report,
  show,
  textsOf,
  timeoutOf,
} from "./config-members.ts";
import { runtimeCommand } from "./runtimes/runtime-command.ts";

/** A text that is no command: a module, or a function in a file of Python. */
export const handlerInText = /^\S+\.(?:[cm]?[jt]s(?:#[\w$]+(?:\.[\w$]+)*)?|py#\w+)$/;

const inFile = /^(?<path>.+\.(?<kind>[cm]?[jt]s|py))(?:#(?<name>[^#]+))?$/;
const exportPath = /^[\w$]+(?:\.[\w$]+)*$/;
const extensions = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
const newestNode = "nodejs24.x";

export function parseHandler(
  entry: Members,
  baseDirectory: string,
  report: Report,
): ModuleTarget | RuntimeTarget | undefined {
  const { name: member, value } = givenMember(entry, ["handler", "module"], report);
  if (value === undefined && typeof entry["runtime"] === "string") return parseRuntime(entry, baseDirectory, report);
  if (typeof value !== "string" || value === "" || holdsAddress(value)) {
    const files = member === "module" ? "the path of a .js, .mjs, .cjs or .ts file" : handlerExamples;
    report(`"${member}" is ${show(value)}. Give ${files}.`);
    return undefined;
  }
  const { path = value, kind, name } = inFile.exec(value)?.groups ?? {};
  if (member === "module") return moduleOf(entry, { path, name: exportOf(entry, name, report) }, baseDirectory, report);
  if (Object.hasOwn(entry, "export"))
    report(`has "export", which goes with "module". Put it behind the file: "#name".`);
  if (kind === "py") return pythonOf(entry, { path, name }, baseDirectory, report);
  if (kind !== undefined) return moduleOf(entry, { path, name }, baseDirectory, report);
  return lambdaHandlerOf(entry, value, baseDirectory, report);
}

const handlerExamples = `a file and its function, such as "./app.js#handler" or "./app.py#lambda_handler"`;

interface InFile {
  readonly path: string;
  readonly name: string | undefined;
}

function exportOf(entry: Members, inPath: string | undefined, report: Report): string | undefined {
  const { export: given } = entry;
  if (given === undefined) return inPath;
  if (typeof given !== "string" || given === "") {
    report(`"export" is ${show(given)}. Give the name of an export of the module, or leave it out for "handler".`);
    return undefined;
  }
  if (inPath !== undefined && inPath !== given) report(`has "export" ${show(given)} and "#${inPath}". Give one.`);
  return given;
}

function moduleOf(entry: Members, { path, name }: InFile, baseDirectory: string, report: Report): ModuleTarget {
  const file = resolve(baseDirectory, path);
  if (name !== undefined && !exportPath.test(name) && !Object.hasOwn(entry, "module"))
    report(`"handler" ends in "#${name}". Give the name of an export, such as "#handler" or "#app.handler".`);
  const cwd = folderOf(entry, report);
  return {
    kind: "module",
    path: file,
    exportName: name,
    runtime: nodeRuntimeOf(entry, report),
    ...processOf(entry, cwd === undefined ? rootOf(file, baseDirectory) : resolve(baseDirectory, cwd), report),
  };
}

/** Lambda's Node.js 22 and older call handlers alike. */
function nodeRuntimeOf({ runtime = newestNode }: Members, report: Report): ModuleTarget["runtime"] {
  const version = Number(/^nodejs(\d{2})\.x$/.exec(String(runtime))?.[1]);
  if (version <= 22) return "nodejs22.x";
  if (runtime !== newestNode)
    report(`"runtime" is ${show(runtime)}. A file of JavaScript or TypeScript takes ${nodes}.`);
  return newestNode;
}

const nodes = `"nodejs24.x", "nodejs22.x" or an older one`;

/**
 * The folder that Lambda would unpack the function to: the nearest one with a package.json, within the folder of the
 * configuration where the module is there, else the module's own.
 */
function rootOf(file: string, baseDirectory: string): string {
  const own = dirname(file);
  const isWithin = !relative(baseDirectory, own).startsWith("..");
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder) || (isWithin && folder === baseDirectory)) return own;
  }
}

function pythonOf(
  entry: Members,
  { path, name }: InFile,
  baseDirectory: string,
  report: Report,
): RuntimeTarget | undefined {
  const { runtime = "python3" } = entry;
  const file = resolve(baseDirectory, path);
  const given = folderOf(entry, report);
  const cwd = given === undefined ? dirname(file) : resolve(baseDirectory, given);
  const module = relative(cwd, file).slice(0, -".py".length).replaceAll("\\", "/");
  if (name === undefined || !/^\w+$/.test(name)) {
    report(
      `"handler" is ${show(entry["handler"])}. Name the function too: ${JSON.stringify(`${path}#lambda_handler`)}.`,
    );
  } else if (typeof runtime !== "string" || !runtime.startsWith("python")) {
    report(`"runtime" is ${show(runtime)}. A file of Python takes one such as "python3.13".`);
  } else if (module.startsWith("..")) {
    report(`"cwd" is ${show(given)}. Give a directory that has ${JSON.stringify(path)} in it.`);
  } else {
    return runtimeOf(entry, { runtime, handler: `${module}.${name}`, cwd }, report);
  }
  return undefined;
}

/** As in Lambda's own configuration, where the runtime says what a handler is. */
function lambdaHandlerOf(
  entry: Members,
  handler: string,
  baseDirectory: string,
  report: Report,
): ModuleTarget | RuntimeTarget | undefined {
  const { runtime } = entry;
  if (runtime === undefined) {
    report(`"handler" is ${show(handler)}. Give ${handlerExamples}, or say which "runtime" it is for.`);
    return undefined;
  }
  if (typeof runtime !== "string" || !runtime.startsWith("nodejs")) return parseRuntime(entry, baseDirectory, report);
  const cwd = resolve(baseDirectory, folderOf(entry, report) ?? ".");
  const [, module = handler, name] = /^((?:.*\/)?[^/.]*)\.(.*)$/.exec(handler) ?? [];
  const path = join(cwd, module);
  const extension = extensions.find((each) => existsSync(`${path}${each}`)) ?? ".js";
  return moduleOf({ ...entry, cwd }, { path: `${path}${extension}`, name }, baseDirectory, report);
}

const knownRuntime =
  /^(?:nodejs\d\d\.x|python3(?:\.\d{1,2})?|java\d{1,2}(?:\.al2)?|ruby\d\.\d|dotnet\d{1,2}|provided(?:\.al\d{1,4})?)$/;

/** A program of a runtime: the one that is given, or the runtime's usual one. */
export function parseRuntime(entry: Members, baseDirectory: string, report: Report): RuntimeTarget | undefined {
  const { runtime, handler } = entry;
  const cwd = resolve(baseDirectory, folderOf(entry, report) ?? ".");
  if (typeof runtime !== "string" || !knownRuntime.test(runtime)) {
    report(`"runtime" is ${show(runtime)}. Give one of Lambda's, such as "python3.13", "java21" or "provided.al2023".`);
    return undefined;
  }
  if (handler !== undefined && (typeof handler !== "string" || handler === "" || holdsAddress(handler))) {
    report(`"handler" is ${show(handler)}. Give it as Lambda has it, such as "app.handler".`);
    return undefined;
  }
  const isNeeded = !runtime.startsWith("provided") && !Object.hasOwn(entry, "command");
  if (handler === undefined && isNeeded) {
    report(`has no "handler". Give the one that ${runtime} calls, such as "app.handler".`);
    return undefined;
  }
  return runtimeOf(entry, { runtime, handler: handler ?? "bootstrap", cwd }, report);
}

function runtimeOf(
  entry: Members,
  { runtime, handler, cwd }: Pick<RuntimeTarget, "runtime" | "handler" | "cwd">,
  report: Report,
): RuntimeTarget | undefined {
  const processParts = processOf(entry, cwd, report);
  const command = Object.hasOwn(entry, "command")
    ? givenCommand(entry, report)
    : usualCommand({ runtime, handler, ...processParts }, report);
  return command === undefined ? undefined : { kind: "runtime", command, handler, runtime, ...processParts };
}

function usualCommand(
  request: Pick<RuntimeTarget, "runtime" | "handler" | "cwd" | "memoryMb">,
  report: Report,
): readonly string[] | undefined {
  const found = runtimeCommand(request);
  if (found.kind === "command") return found.command;
  report(found.problem);
  return undefined;
}

function givenCommand({ command }: Members, report: Report): readonly string[] | undefined {
  if (typeof command === "string" && command.trim() !== "") return ["sh", "-c", command];
  if (Array.isArray(command) && command.every((part) => typeof part === "string") && Boolean(command[0]))
    return command;
  report(`"command" is ${show(command)}. Give a command line, or a list such as ["./bootstrap"].`);
  return undefined;
}

function processOf(
  entry: Members,
  cwd: string,
  report: Report,
): Pick<ModuleTarget, "cwd" | "timeoutSeconds" | "memoryMb" | "concurrency" | "env"> {
  return {
    cwd,
    timeoutSeconds: timeoutOf(entry, report),
    memoryMb: memoryOf(entry, report),
    concurrency: concurrencyOf(entry, report),
    env: textsOf(entry, "env", report),
  };
}
