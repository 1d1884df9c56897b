// Handlers as people write them, and as they go wrong: what AWS's runtime and Pawl's are compared over.
import { endlessSign } from "./runtime-process.ts";

/** Sources of handlers that leave their process fit for another event, by their names: all are exports of one module. */
export const handlers: Readonly<Record<string, string>> = {
  // Results.
  "an object": `async (event) => ({ got: event })`,
  nothing: `async () => {}`,
  null: `async () => null`,
  "a text": `async () => "text"`,
  "a number": `async () => 1.5`,
  "a list": `async () => [1, "a", undefined, null, () => 0]`,
  "members without JSON": `async () => ({ a: undefined, b: () => 0, c: Symbol("c"), d: NaN, e: -Infinity })`,
  "objects with JSON of their own": `async () => [new Date(0), Buffer.from("a"), new Map([[1, 2]]), { toJSON: () => "own" }]`,
  "unusual characters": `async () => "\\u2028 \\ud800 \\x7f \\0 ü"`,
  "a value at once": `(event) => ({ a: 1 })`,
  "undefined at once": `() => undefined`,
  "a promise of another class": `() => new (class Later extends Promise {})((resolve) => resolve(2))`,
  "a thenable": `() => ({ then: (resolve) => { resolve(3); return { catch: () => {} }; } })`,
  "a thenable that fails": `() => ({ then: (_, reject) => { reject(new RangeError("no")); return { catch: () => {} }; } })`,
  "a generator": `async function* () { yield 1; }`,
  "a BigInt": `async () => 10n`,
  "a circle": `async () => { const a = {}; a.a = a; return a; }`,
  "a toJSON that throws": `async () => ({ toJSON() { throw new Error("not me"); } })`,
  "a toJSON without a value": `async () => ({ toJSON: () => undefined })`,
  "a function": `async () => () => 1`,
  "a symbol": `async () => Symbol("s")`,
  "a value after a while": `async () => { await new Promise((r) => setTimeout(r, 2)); return "late"; }`,
  "a result while timers run": `async () => { setTimeout(() => 0, 5); return "early"; }`,

  // Callbacks and the old context.
  "callback from arguments": `function () { const done = arguments[2]; if (done) done(null, "c"); }`,
  "callback from rest": `(...values) => { if (values[2]) values[2](null, values.length); }`,
  "callback with a default": `(event, context, callback = () => {}) => { callback(null, "d"); }`,
  "callback later": `(...values) => { setTimeout(() => values[2]?.(null, "later"), 2); }`,
  "callback twice": `(...values) => { values[2]?.(null, 1); values[2]?.(null, 2); }`,
  "callback with an error": `(...values) => { values[2]?.(new RangeError("too far")); }`,
  "callback with a text for an error": `(...values) => { values[2]?.("only text"); }`,
  "callback with undefined for an error": `(...values) => { values[2]?.(undefined, "fine"); }`,
  "callback with false for an error": `(...values) => { values[2]?.(false, "fine"); }`,
  "callback with nothing": `(...values) => { values[2]?.(); }`,
  "callback, then a throw": `(...values) => { values[2]?.(null, "first"); throw new Error("second"); }`,
  "callback and a promise": `async (...values) => { values[2]?.(null, "callback"); return "promise"; }`,
  "callback that waits for timers": `(...values) => { let n = 0; setTimeout(() => { n = 1; }, 3); values[2]?.(null, { toJSON: () => n }); }`,
  "callback that does not wait": `(...values) => { const [, context, callback] = values; context.callbackWaitsForEmptyEventLoop = false; const timer = setTimeout(() => 0, 60000); callback?.(null, "at once"); setImmediate(() => clearTimeout(timer)); }`,
  "context.succeed": `(event, context) => { context.succeed?.("s"); }`,
  "context.succeed later": `(event, context) => { setTimeout(() => context.succeed?.("s"), 2); }`,
  "context.succeed with a circle": `(event, context) => { const a = {}; a.a = a; context.succeed?.(a); }`,
  "context.done": `(event, context) => { context.done?.(null, "d"); }`,
  "context.done with an error": `(event, context) => { context.done?.(new TypeError("d")); }`,
  "context.fail": `(event, context) => { context.fail?.(new TypeError("f")); }`,
  "context.fail with a text": `(event, context) => { context.fail?.("f"); }`,
  "context.fail with nothing": `(event, context) => { context.fail?.(); }`,
  "context.succeed, then fail": `(event, context) => { context.succeed?.(1); context.fail?.(2); }`,

  // Errors.
  "throws an Error": `async () => { throw new Error("boom"); }`,
  "throws at once": `() => { throw new Error("boom"); }`,
  "throws undefined at once": `() => { throw undefined; }`,
  "throws with a name": `async () => { const error = new Error("boom"); error.name = "CustomError"; throw error; }`,
  "throws a class": `async () => { class OrderError extends Error { constructor(m) { super(m); this.name = this.constructor.name; } } throw new OrderError("o"); }`,
  "throws a class without a name": `async () => { class OrderError extends Error {} throw new OrderError("o"); }`,
  "throws as AWS's tutorial": `async () => { function CustomError(m) { this.name = "CustomError"; this.message = m; } CustomError.prototype = new Error(); throw new CustomError("This is a custom error!"); }`,
  "throws an heir of util.inherits": `async () => { function MyError(m) { this.message = m; this.name = "MyErr"; } require("util").inherits(MyError, Error); throw new MyError("old"); }`,
  "throws an heir with a stack": `async () => { function MyError(m) { Error.captureStackTrace(this, MyError); this.message = m; } require("util").inherits(MyError, Error); MyError.prototype.name = "MyErr"; throw new MyError("old"); }`,
  "throws a text": `async () => { throw "just text"; }`,
  "throws a number": `async () => { throw 42; }`,
  "throws null": `async () => { throw null; }`,
  "throws undefined": `async () => { throw undefined; }`,
  "throws an object": `async () => { throw { code: 1 }; }`,
  "throws the looks of an Error": `async () => { throw { name: "Looks", message: "like one", stack: "Looks: like one\\n    at somewhere" }; }`,
  "throws half the looks of an Error": `async () => { throw { name: "Looks", message: "like one" }; }`,
  "throws a symbol": `async () => { throw Symbol("s"); }`,
  "throws an object with a text": `async () => { throw { toString: () => "my text" }; }`,
  "throws an Error of another realm": `async () => { throw require("vm").runInNewContext("new TypeError('far')"); }`,
  "throws a DOMException": `async () => { throw AbortSignal.abort().reason; }`,
  "throws what Node.js throws": `async () => { require("fs").readFileSync("/does/not/exist"); }`,
  "throws an AggregateError": `async () => { throw new AggregateError([new Error("a"), new Error("b")], "both"); }`,
  "throws an Error with a cause": `async () => { throw new Error("outer", { cause: new Error("inner") }); }`,
  "throws an Error with members": `async () => { throw Object.assign(new Error("m"), { code: "E1", statusCode: 4, nested: { a: 1 } }); }`,
  "throws an Error without a message": `async () => { throw new Error(); }`,
  "throws an Error without a stack": `async () => { const error = new Error("m"); delete error.stack; error.stack = undefined; throw error; }`,
  "throws an Error without a name": `async () => { throw Object.assign(new Error("m"), { name: "" }); }`,
  "throws an Error whose name is undefined": `async () => { throw Object.assign(new Error("m"), { name: undefined }); }`,
  "throws an Error whose message is an object": `async () => { throw Object.assign(new Error("m"), { message: { a: 1 } }); }`,
  "throws an Error whose name is a number": `async () => { throw Object.assign(new Error("m"), { name: 7 }); }`,
  "throws an Error that cannot be read": `async () => { throw Object.defineProperty(new Error("m"), "message", { get() { throw new Error("private"); } }); }`,
  "throws an Error with control characters": `async () => { throw Object.assign(new Error("a\\x7fb\\nc"), { name: "N\\x7f" }); }`,
  "throws a frozen Error": `async () => { throw Object.freeze(new Error("cold")); }`,
  "runs out of stack": `async () => { const f = () => f() + 1; return f(); }`,

  // Context, environment, surroundings.
  "context as JSON": `async (event, context) => context`,
  "context's members": `async (event, context) => Object.keys(context).filter((name) => context[name] === undefined)`,
  "context's remaining time": `async (event, context) => { const ms = context.getRemainingTimeInMillis(); return [typeof ms, ms > 0, ms <= 60000, Number.isInteger(ms)]; }`,
  "context that is written to": `async (event, context) => { context.callbackWaitsForEmptyEventLoop = false; context.own = 1; return [context.own, context.callbackWaitsForEmptyEventLoop]; }`,
  "the trace": `async (event, context) => [process.env._X_AMZN_TRACE_ID, context.xRayTraceId]`,
  "the environment": `async () => ({ ...process.env, AWS_LAMBDA_RUNTIME_API: undefined, NODE_CHANNEL_FD: undefined, NODE_CHANNEL_SERIALIZATION_MODE: undefined })`,
  "the working directory": `async () => require("fs").readFileSync("./data.txt", "utf8")`,
  "its own folder": `async () => [__dirname === process.cwd(), require("path").basename(__filename)]`,
  "its receiver": `async function () { const { seen = 0 } = this; this.seen = seen + 1; return [typeof this, seen]; }`,
  "its receiver again": `async function () { const { seen = 0 } = this; this.seen = seen + 1; return [typeof this, seen]; }`,
  "its parameters": `async (...values) => values.map((value) => typeof value)`,
  "the global awslambda": `async () => Object.keys(awslambda).sort()`,
  "the invoke store": `async () => { const store = awslambda.InvokeStore; if (!store) return null; store.set("a", 1); let refused; try { store.set(Symbol.for("_AWS_LAMBDA_REQUEST_ID"), 2); } catch (error) { refused = error.message; } return [store.getRequestId(), store.getXRayTraceId(), store.getTenantId(), store.get("a"), store.hasContext(), refused]; }`,
  "noise on the standard output": `async () => { console.log("{", { a: 1 }); process.stdout.write("no end"); console.error("e"); console.fatal("f"); return "quiet"; }`,
  "an error that is caught": `async () => { try { await Promise.reject(new Error("x")); } catch { return "caught"; } }`,
  "a rejection that is handled later": `async () => { const p = Promise.reject(new Error("x")); p.catch(() => 0); return "handled"; }`,
};

/** Handlers whose process may end of them, or that are told apart when they are loaded: each is a function of its own. */
export interface OwnFunction {
  /** Texts by the names of their files; the first one is the module. */
  readonly files: Readonly<Record<string, string>>;
  readonly exportName?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** An answer, if there is one, is on its way long before the hundredth time. */
const endless = `let times = 0; setInterval(() => { times += 1; if (times === 100) console.log(${JSON.stringify(endlessSign)}); }, 1)`;

function common(source: string, exportName = "handler"): OwnFunction {
  return { files: { "index.cjs": source }, exportName };
}

function handler(source: string): OwnFunction {
  return common(`exports.handler = ${source};`);
}

function module(source: string, exportName = "handler"): OwnFunction {
  return { files: { "index.mjs": source }, exportName };
}

function streamed(source: string): OwnFunction {
  return common(
    `const { pipeline } = require("stream/promises"); exports.handler = awslambda.streamifyResponse(${source});`,
  );
}

/** Returns the lines that it prints, but for their times and traces. */
const printing = `async () => {
  const lines = [];
  const { write } = process.stdout;
  process.stdout.write = (line) => lines.push(line);
  const circle = {};
  circle.circle = circle;
  console.log("text");
  console.info({ order: 1, nested: [{ a: undefined }] });
  console.debug("%s has %d", "order", 2, { more: 1 });
  console.trace();
  console.warn(Object.assign(new TypeError("wrong"), { code: "E1" }));
  console.error("failed:", new RangeError("far"), new Error("second"));
  console.fatal({ error: new Error("within") });
  console.warn(circle);
  console.warn(10n);
  process.stdout.write = write;
  const first = (text) => (typeof text === "string" ? text.replace(/\\n[^]*/, "") : text);
  const short = { timestamp: (time) => typeof time, stackTrace: (trace) => trace[0], message: first };
  return lines.map((line) => JSON.parse(line, (name, value) => short[name]?.(value) ?? value));
}`;

export const ownFunctions: Readonly<Record<string, OwnFunction>> = {
  // Ends of processes, and handlers without an end.
  "never settles": handler(`() => new Promise(() => {})`),
  "never settles, with a timer": handler(`() => new Promise(() => { setTimeout(() => 0, 2); })`),
  "never settles, endlessly": handler(`() => new Promise(() => { ${endless}; })`),
  "calls nothing back, endlessly": handler(`() => { ${endless}; }`),
  "calls back, endlessly": handler(`(...values) => { ${endless}; values[2]?.(null, 1); }`),
  "exits with 0": handler(`async () => process.exit(0)`),
  "exits with 3": handler(`async () => process.exit(3)`),
  "sets an exit code": handler(`async () => { process.exitCode = 5; return "fine"; }`),
  "kills itself": handler(
    `async () => { process.kill(process.pid, "SIGKILL"); await new Promise((r) => setTimeout(r, 60000)); }`,
  ),
  "ends itself": handler(
    `async () => { process.kill(process.pid, "SIGTERM"); await new Promise((r) => setTimeout(r, 60000)); }`,
  ),
  "runs out of memory": {
    ...handler(`async () => { const list = []; for (;;) list.push(new Array(10000).fill(list.length)); }`),
    env: { NODE_OPTIONS: "--max-old-space-size=16" },
  },
  "an uncaught error": handler(`() => new Promise(() => setImmediate(() => { throw new TypeError("escaped"); }))`),
  "an uncaught text": handler(`() => new Promise(() => setImmediate(() => { throw "escaped"; }))`),
  "an unhandled rejection": handler(
    `() => new Promise(() => { Promise.reject(new TypeError("unhandled")); setTimeout(() => 0, 60000); })`,
  ),
  "an unhandled text": handler(`() => new Promise(() => { Promise.reject("unhandled"); setTimeout(() => 0, 60000); })`),
  "an unhandled object": handler(`() => new Promise(() => { Promise.reject({ a: 1 }); setTimeout(() => 0, 60000); })`),
  "an uncaught error with a listener": handler(
    `() => new Promise((resolve) => { process.removeAllListeners("uncaughtException"); process.once("uncaughtException", (error) => resolve(error.message)); setImmediate(() => { throw new Error("mine"); }); })`,
  ),
  "a callback with a circle": handler(`(...values) => { const a = {}; a.a = a; values[2]?.(null, a); }`),
  "throws what has no text": handler(`async () => { throw Object.create(null); }`),
  "throws a symbol at once": handler(`() => { throw Symbol("s"); }`),

  // Numbers of parameters.
  "three parameters, called back": handler(`(event, context, callback) => { callback(null, event); }`),
  "three parameters, async": handler(`async (event, context, callback) => "promise"`),
  "four parameters": handler(`(a, b, callback, d) => { callback(null, 4); }`),
  "two parameters": handler(`async (event, context) => "two"`),

  // Where the handler is found.
  "a module of the language": module(`export const handler = async (event) => event;`),
  "a module with await": module(`const value = await Promise.resolve(1); export const handler = async () => value;`),
  "a .js module below its package": {
    files: {
      "index.js": `export const handler = async () => import.meta.dirname === process.cwd();`,
      "package.json": `{"type":"module"}`,
    },
  },
  "a .js file of CommonJS": { files: { "index.js": `exports.handler = async () => 1;` } },
  "a bundle below a package of modules": {
    files: {
      "index.js": `exports.handler = async () => require("./other.js").a;`,
      "other.js": `exports.a = 2;`,
      "package.json": `{"type":"module"}`,
    },
  },
  "a default export with a handler": module(`export default { handler: async () => 1 };`),
  "a default export by its name": module(`export default async () => 1;`, "default"),
  "an __esModule with a default": common(`exports.__esModule = true; exports.default = { handler: async () => 1 };`),
  "an instance of a class": common(
    `class App { async handler() { return [typeof this, this instanceof App]; } } module.exports = new App();`,
  ),
  "an instance by a name": common(`class App { async run() { return 1; } } exports.app = new App();`, "app.run"),
  "a nested handler": common(`exports.a = { b: { c: async () => 1 } };`, "a.b.c"),
  "a handler nested in a function": common(`exports.a = Object.assign(() => 0, { b: async () => 1 });`, "a.b"),
  "a handler in exports that are a function": common(
    `module.exports = () => 0; module.exports.handler = async () => 1;`,
  ),
  "a handler nested in nothing": common(`exports.a = undefined;`, "a.b"),
  "a getter": common(`Object.defineProperty(exports, "handler", { enumerable: true, get: () => async () => 1 });`),
  "a handler set late": common(
    `setTimeout(() => { exports.handler = async () => 2; }, 0); exports.handler = async () => 1;`,
  ),
  "a bound function": common(`exports.handler = (async function () { return this.a; }).bind({ a: 1 });`),
  "a proxy": common(`exports.handler = new Proxy(async () => 1, {});`),
  "a member of every object": common(`exports.a = 1;`, "toString"),
  "no such export": common(`exports.other = async () => 1;`),
  "no such export of a module": module(`export const other = async () => 1;`),
  "a handler that is a text": common(`exports.handler = "text";`),
  "a handler that is null": common(`exports.handler = null;`),
  "no exports at all": common(`module.exports = null;`),

  // Modules that do not load.
  "a syntax error": common(`exports.handler = async () => { const = 1; };`),
  "a syntax error of a module": module(`export const handler = async () => { const = 1; };`),
  "a package that is missing": common(`require("no-such-package"); exports.handler = async () => 1;`),
  "a file that is missing": common(`require("./absent"); exports.handler = async () => 1;`),
  "a package that is missing for import": module(`import "no-such-package"; export const handler = async () => 1;`),
  "a file that is missing for import": module(`import "./absent.mjs"; export const handler = async () => 1;`),
  "a name that is missing for import": module(
    `import { none } from "node:fs"; export const handler = async () => none;`,
  ),
  "JSON that is wrong at load": common(`JSON.parse("{"); exports.handler = async () => 1;`),
  "throws at load": common(`throw new RangeError("at load");`),
  "throws at load of a module": module(`throw new RangeError("at load"); export const handler = 1;`),
  "throws a text at load": common(`throw "at load";`),
  "an own error at load": common(
    `class ConfigError extends Error { name = "ConfigError"; } throw new ConfigError("no table");`,
  ),
  "exits at load": common(`process.exit(4);`),
  "rejects at load": common(
    `Promise.reject(new TypeError("at load")); exports.handler = async () => { await new Promise((r) => setTimeout(r, 60000)); };`,
  ),
  "await that fails at load": module(`await Promise.reject(new TypeError("at load")); export const handler = 1;`),
  "await that never ends at load": module(`await new Promise(() => {}); export const handler = async () => 1;`),
  "a listener for rejections": common(
    `process.on("unhandledRejection", () => 0); exports.handler = async () => { Promise.reject(new Error("mine")); await new Promise((r) => setTimeout(r, 2)); return "went on"; };`,
  ),

  // Streams.
  "a stream": streamed(`async (event, stream) => { stream.write("{\\"a\\":"); stream.write("1}"); stream.end(); }`),
  "a stream with the context": streamed(
    `async (event, stream, context) => { stream.end(JSON.stringify([event, context.functionName, typeof context.getRemainingTimeInMillis])); }`,
  ),
  "a stream of a pipeline": streamed(
    `async (event, stream) => { await pipeline(require("stream").Readable.from(["1", "2"]), stream); }`,
  ),
  "a stream of objects": streamed(`async (event, stream) => { stream.write({ a: 1 }); stream.end(); }`),
  "a stream with a type": streamed(
    `async (event, stream) => { stream.setContentType("text/plain"); stream.write("1"); try { stream.setContentType("a/b"); } catch (error) { stream.write(error.name); } stream.end(); }`,
  ),
  "a stream of HTTP": streamed(
    `async (event, stream) => { stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.write("body"); stream.end(); }`,
  ),
  "a stream that ends later": streamed(
    `async (event, stream) => { setTimeout(() => { stream.write("late"); stream.end(); }, 2); }`,
  ),
  "a stream that fails": streamed(`async (event, stream) => { stream.write("half"); throw new RangeError("broke"); }`),
  "a stream that fails at once": streamed(`(event, stream) => { throw new RangeError("broke"); }`),
  "a stream without a promise": streamed(`(event, stream) => { stream.write("x"); }`),
  "a stream that returns a value": streamed(`async (event, stream) => { stream.end("1"); return "ignored"; }`),
  "a stream with a high-water mark": common(
    `exports.handler = awslambda.streamifyResponse(async (event, stream) => stream.end("1"), { highWaterMark: 10 });`,
  ),
  "a mark of another kind": common(
    `exports.handler = async () => 1; exports.handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "request";`,
  ),
  "no global awslambda": {
    ...common(`exports.handler = async () => typeof globalThis.awslambda?.streamifyResponse;`),
    env: { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: "1" },
  },

  // The console, where it is asked for another one.
  "a console of JSON": { ...handler(printing), env: { AWS_LAMBDA_LOG_FORMAT: "json" } },
  "a console of warnings": {
    ...handler(printing),
    env: { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "warn" },
  },
};
