// The targets that stand for Lambda functions, as the `functions` member of the configuration file names them.

/** A function that runs in processes of its own. */
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
/** A program that asks the Lambda Runtime API for its events. */
export interface RuntimeTarget extends ProcessTarget {
  readonly kind: "runtime";
  readonly command: readonly string[];
  /** `_HANDLER`. */
  readonly handler: string;
  /** As in `AWS_EXECUTION_ENV`, without its prefix: `python3.13`, `java21`, `provided.al2023`. */
  readonly runtime: string;
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
export type FunctionTarget = ModuleTarget | RuntimeTarget | CommandTarget | UrlTarget;

/** Targets by what a workflow calls them: a name, `name:qualifier` or a function ARN. */
export type FunctionTargets = ReadonlyMap<string, FunctionTarget>;
