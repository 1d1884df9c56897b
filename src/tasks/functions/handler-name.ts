// The handler of a function module as the configuration of a Lambda function names it: `src/app.handler`.
import { basename, extname, relative } from "node:path";

export interface HandlerPlace {
  readonly path: string;
  /** The function's folder, where the name begins. */
  readonly cwd: string;
  readonly exportName?: string | undefined;
}

export function handlerName({ path, cwd, exportName = "handler" }: HandlerPlace): string {
  const within = relative(cwd, path).replaceAll("\\", "/");
  const file = within.startsWith("..") ? basename(path) : within;
  return `${file.slice(0, file.length - extname(file).length)}.${exportName}`;
}
