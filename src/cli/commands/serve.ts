// `pawl serve`: the server with production defaults. It deploys nothing and writes one JSON line per message to stderr.
import { shownDatabase } from "../../server/configuration/cluster-settings.ts";
import { functionLineDetails } from "../terminal/function-lines.ts";
import { interruption } from "../session/interruption.ts";
import { loadConfiguration, type ServerFlags } from "../session/load-configuration.ts";
import { startSession, untilEnd } from "../session/server-session.ts";

type Level = "info" | "error";
type Details = Readonly<Record<string, unknown>>;

export async function serve(flags: ServerFlags): Promise<number> {
  const stopped = interruption();
  const { configuration, file } = await loadConfiguration(flags, [process.cwd()]);
  const server = await startSession(configuration, {
    isHeadless: flags.headless,
    stopped,
    log: (message, error) => write("error", message, errorDetails(error)),
    notice: (message) => write("info", message),
    functionLog: (line) => writeLine({ level: "info", ...functionLineDetails(line) }),
  });
  const { db, arns } = configuration;
  write("info", "Pawl is listening.", {
    url: server.url,
    db: shownDatabase(db),
    account: arns.account,
    region: arns.region,
    config: file,
  });
  const checking = new AbortController();
  void server.functionProblems(checking.signal).then((problems) => {
    for (const { message, functionName, path, line } of problems) {
      write("error", "A function cannot be loaded.", { function: functionName, file: path, line, error: message });
    }
  });
  // It may be asked to end before that.
  void server.recovered.then(() => write("info", "Everything that was outstanding is under way."));
  const exitCode = await untilEnd(stopped, server);
  write("info", "Pawl is stopping.");
  checking.abort();
  await server.close();
  write("info", "Pawl has stopped.");
  return exitCode;
}

function write(level: Level, message: string, details: Details = {}): void {
  writeLine({ level, message, ...details });
}

function writeLine(line: Details): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
}

function errorDetails(error: unknown): Details {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: String(error) };
  const { cause } = error;
  return { error: error.message, stack: error.stack, ...(cause instanceof Error ? { cause: cause.message } : {}) };
}
