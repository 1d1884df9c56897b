// Pawl as a process of the bench: the compiled code where there is some.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Limits } from "../src/engine/turn.ts";
import type { startServer as StartServer } from "../src/server/start-server.ts";
import { keyBytes, masterKeyOf } from "../src/store/envelope.ts";
import type { FunctionTarget } from "../src/tasks/functions/config.ts";
import { answer, optionsOfProcess } from "./answer.ts";

export interface ServerProcessOptions {
  readonly db: string;
  /** URLs of functions by their name, or paths of modules. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Addresses of services by their names in `aws-sdk` ARNs. */
  readonly services?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly isEncrypted?: boolean;
  /** It runs from its sources, whose files a profile names. */
  readonly isOfSources?: boolean;
  /** Folders that stand for buckets. */
  readonly buckets?: Readonly<Record<string, string>>;
}

const compiled = new URL("../dist/server/start-server.js", import.meta.url);
const source = new URL("../src/server/start-server.ts", import.meta.url);
const {
  db,
  functions = {},
  services = {},
  limits,
  buckets = {},
  isOfSources = false,
  isEncrypted = false,
} = optionsOfProcess<ServerProcessOptions>();
const { startServer } = (await import((existsSync(compiled) && !isOfSources ? compiled : source).href)) as {
  readonly startServer: typeof StartServer;
};

const server = await startServer({
  host: "127.0.0.1",
  port: 0,
  db,
  arns: { partition: "aws", region: "us-east-1", account: "123456789012" },
  functions: new Map(Object.entries(functions).map(([name, place]) => [name, targetOf(place)])),
  services: new Map(Object.entries(services).map(([name, endpoint]) => [name, { endpoint }])),
  buckets: new Map(Object.entries(buckets)),
  environment: { AWS_CONFIG_FILE: "/none" },
  limits,
  masterKeys: isEncrypted ? [masterKeyOf(Buffer.alloc(keyBytes, "bench"))] : undefined,
  log: (message, error) => console.error(message, error),
});
answer(server);

function targetOf(place: string): FunctionTarget {
  if (URL.canParse(place)) return { kind: "url", url: new URL(place), headers: {}, timeoutSeconds: 60 };
  const usual = { timeoutSeconds: 60, memoryMb: 1024, concurrency: undefined, env: {} };
  return { kind: "module", path: place, cwd: dirname(place), runtime: "nodejs24.x", ...usual };
}
