// `pawl key`: makes a master key for a store that is to be encrypted. It is printed, or written to a file that is made for it.
import { writeFileSync } from "node:fs";
import { writeProblem } from "../../server/file-problem.ts";
import { newKeyFile, newKeyLine } from "../../server/configuration/key-file.ts";
import { exitCodes, UsageError } from "../usage-error.ts";

export interface KeyFlags {
  readonly output?: string;
}

export function makeKey({ output }: KeyFlags): number {
  if (output === undefined) {
    process.stdout.write(newKeyLine());
    return exitCodes.succeeded;
  }
  try {
    writeFileSync(output, newKeyFile(new Date().toISOString().slice(0, 10)), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") {
      throw new UsageError(`${output} is there already, and may be all that opens some data: name another file`, {
        cause,
      });
    }
    throw new UsageError(writeProblem(output, cause), { cause });
  }
  process.stderr.write(
    `${output} is written. Name it in pawl.config.json: "encryption": { "keyFile": ${JSON.stringify(output)} }\n` +
      "Keep a copy of it apart from the data: without it nothing that it encrypts can be read again.\n",
  );
  return exitCodes.succeeded;
}
