// Finds the handler of a function: in what its module exports, by a name that may be nested.
import { handlerName } from "../handler-name.ts";
import type { Reply } from "../invocation.ts";
import type { ProcessData } from "../process-protocol.ts";
import { streamingMark, streamsResponse } from "./awslambda.ts";
import { failure, runtimeError } from "./describe-error.ts";
import { type Exports, loadModule } from "./load-module.ts";
import type { NodeRuntime } from "./node-runtime.ts";

type HandlerFunction = ((...values: unknown[]) => unknown) & { readonly [mark: symbol]: unknown };

export interface Handler {
  /** Called as a method: `this` is an object of the runtime, the same for all events, as on Lambda. */
  readonly run: HandlerFunction;
  readonly isStreaming: boolean;
}

export type Loaded =
  | { readonly kind: "loaded"; readonly handler: Handler }
  | { readonly kind: "failed"; readonly reply: Reply; readonly error: unknown; readonly exports?: Exports };

export async function loadHandler(data: ProcessData): Promise<Loaded> {
  const { runtime } = data;
  let exports: Exports;
  try {
    exports = await loadModule(data.modulePath);
  } catch (error) {
    return { kind: "failed", reply: failure(loadError(error, runtime), runtime), error };
  }
  try {
    return { kind: "loaded", handler: handlerOf(exports, data) };
  } catch (error) {
    return { kind: "failed", reply: failure(error, runtime), error, exports };
  }
}

/** More are not shown. */
const mostNames = 20;

/** The names of the functions that a module exports. */
export function functionNames({ root, defaultExport }: Exports): readonly string[] {
  const names = [root, defaultExport].flatMap((holder) => ownFunctions(holder));
  return [...new Set(names)].slice(0, mostNames);
}

function ownFunctions(holder: unknown): readonly string[] {
  if (typeof holder !== "object" || holder === null) return [];
  return Object.entries(holder).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
}

/** Lambda knows a missing module by the code that `require` gives its error; that of `import` has another, and stays as it is. */
function loadError(error: unknown, runtime: NodeRuntime): unknown {
  if (error instanceof SyntaxError) {
    const named = runtimeError("UserCodeSyntaxError", String(error), error);
    if (runtime !== "nodejs22.x" && error.stack !== undefined) named.stack = error.stack;
    return named;
  }
  const isMissing = error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND";
  return isMissing ? runtimeError("ImportModuleError", String(error), error) : error;
}

function handlerOf(exports: Exports, data: ProcessData): Handler {
  const { runtime } = data;
  const found = find(exports, data);
  if (!found) throw notFound(data, "is undefined or not exported");
  if (typeof found !== "function") throw notFound(data, "is not a function");
  const run = found as HandlerFunction;
  const mark = run[streamingMark];
  if (Boolean(mark) && mark !== streamsResponse) {
    throw runtimeError("MalformedStreamingHandler", "Only response streaming is supported.");
  }
  const isStreaming = mark === streamsResponse;
  if (runtime !== "nodejs22.x" && run.length >= 3 && !isStreaming) {
    throw runtimeError("CallbackHandlerDeprecated", callbackDeprecated);
  }
  return { run, isStreaming };
}

const callbackDeprecated =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

function find(exports: Exports, { exportName, runtime }: ProcessData): unknown {
  const { root, defaultExport } = exports;
  if (exportName === undefined) {
    const named = memberAt(root, "handler", runtime) ?? memberAt(defaultExport, "handler", runtime);
    if (typeof named === "function") return named;
    return typeof defaultExport === "function" ? defaultExport : (memberAt(defaultExport, "default", runtime) ?? named);
  }
  const found = memberAt(root, exportName, runtime);
  if (found || runtime === "nodejs22.x") return found;
  return memberAt(defaultExport, exportName, runtime);
}

/** Members of prototypes count: a module may export an instance of a class. */
function memberAt(root: unknown, path: string, runtime: NodeRuntime): unknown {
  let holder = root;
  for (const [depth, name] of path.split(".").entries()) {
    const isHolder = runtime === "nodejs22.x" || depth === 0 ? Boolean(holder) : typeof holder === "object" && holder;
    if (!isHolder) return undefined;
    holder = (holder as Readonly<Record<string, unknown>>)[name];
  }
  return holder;
}

function notFound({ modulePath: path, cwd, exportName }: ProcessData, problem: string): Error {
  return runtimeError("HandlerNotFound", `${handlerName({ path, cwd, exportName })} ${problem}`);
}
