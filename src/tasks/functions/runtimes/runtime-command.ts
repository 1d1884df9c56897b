// From the runtime and the handler of a Lambda function to the command that runs it: the runtime's official client where a
// command starts that, and a small client of our own for Python.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface RuntimeRequest {
  /** As CloudFormation has it: `python3.13`, `java21`, `provided.al2023`. */
  readonly runtime: string;
  readonly handler: string;
  /** The function's folder, absolute. */
  readonly cwd: string;
  readonly memoryMb: number;
  /** The variables of this process. */
  readonly environment?: Environment | undefined;
}

export type RuntimeCommand =
  | { readonly kind: "command"; readonly command: readonly string[] }
  /** It cannot be run; the text is the rest of a sentence about the function, which says why and what to do. */
  | { readonly kind: "problem"; readonly problem: string };

type Environment = Readonly<Record<string, string | undefined>>;

const isWindows = process.platform === "win32";
const pythonRuntime = fileURLToPath(new URL("./python-runtime.py", import.meta.url));
const javaClient = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

/** Runtimes by how their names begin. */
const families: readonly (readonly [start: RegExp, commandOf: (request: RuntimeRequest) => RuntimeCommand])[] = [
  [/^python3/, pythonCommand],
  [/^provided/, ({ cwd }) => command(join(cwd, "bootstrap"))],
  [/^java\d/, javaCommand],
  [/^ruby\d/, rubyCommand],
  [/^dotnet\d/, dotnetCommand],
];

export function runtimeCommand(request: RuntimeRequest): RuntimeCommand {
  for (const [start, commandOf] of families) if (start.test(request.runtime)) return commandOf(request);
  return problem(
    `has the runtime ${JSON.stringify(request.runtime)}, and Pawl does not know its program. Give it as "command", a list: ` +
      `any that asks the Lambda Runtime API for its events.`,
  );
}

function pythonCommand({ runtime, handler, cwd, environment }: RuntimeRequest): RuntimeCommand {
  return command(pythonOf({ runtime, cwd, environment }), "-u", pythonRuntime, handler);
}

/**
 * The Python of a virtual environment in the function's folder or above it, else of the one that is active, else the one of
 * the version that the runtime names.
 */
export function pythonOf({
  runtime,
  cwd,
  environment = process.env,
}: Pick<RuntimeRequest, "runtime" | "cwd" | "environment">): string {
  const program = isWindows ? join("Scripts", "python.exe") : join("bin", "python");
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const name = [".venv", "venv"].find((each) => existsSync(join(folder, each, "pyvenv.cfg")));
    if (name !== undefined) return join(folder, name, program);
    if (folder === dirname(folder)) break;
  }
  if (environment["VIRTUAL_ENV"]) return join(environment["VIRTUAL_ENV"], program);
  if (isWindows) return "python";
  return isOnPath(runtime, environment) ? runtime : "python3";
}

/** The folder is laid out as a deployment package is: classes and JAR files, others in `lib`, AWS's client among them. */
function javaCommand({ handler, cwd, memoryMb, environment = process.env }: RuntimeRequest): RuntimeCommand {
  const java = environment["JAVA_HOME"] ? join(environment["JAVA_HOME"], "bin", "java") : "java";
  const classPath = [cwd, join(cwd, "*"), join(cwd, "lib", "*")].join(delimiter);
  // The rest is for what is not on the heap.
  const heapMb = Math.max(16, Math.floor(memoryMb * 0.8));
  return command(java, `-Xmx${heapMb}m`, "-XX:+UseSerialGC", "-cp", classPath, javaClient, handler);
}

/** Versions before 3 of the client read the handler from the command, later ones from `_HANDLER`. */
function rubyCommand({ handler, cwd }: RuntimeRequest): RuntimeCommand {
  const bundler = existsSync(join(cwd, "Gemfile")) ? ["bundle", "exec"] : [];
  return command(...bundler, "aws_lambda_ric", handler);
}

function dotnetCommand({ runtime, handler, cwd }: RuntimeRequest): RuntimeCommand {
  if (handler.includes("::")) {
    return problem(
      `has the handler ${JSON.stringify(handler)}, and ${runtime} calls such ones by a program of AWS's own image. Make the ` +
        `project a program that uses Amazon.Lambda.RuntimeSupport, and give the name of its assembly as the handler.`,
    );
  }
  const program = join(cwd, handler);
  if (!program.endsWith(".dll") && isExecutable(program)) return command(program);
  return command("dotnet", "exec", program.endsWith(".dll") ? program : `${program}.dll`);
}

function isOnPath(program: string, { PATH = "" }: Environment): boolean {
  return PATH.split(delimiter).some((folder) => folder !== "" && isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us.
    return false;
  }
}

function command(...parts: readonly string[]): RuntimeCommand {
  return { kind: "command", command: parts };
}

function problem(text: string): RuntimeCommand {
  return { kind: "problem", problem: text };
}
