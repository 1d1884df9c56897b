// Follows the README word for word, as a newcomer does: `npm run readme`. A clone of what is committed, a home and a cache of
// its own, a shell with a region of its own; every block of commands is run in turn, and what it says is looked at. It says
// what it leaves out, and ends with 1 at the first block that does not do as the README tells.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "pawl-readme-")));
const home = join(folder, "home");
const clone = join(folder, "pawl");
const workflows = join(clone, "my-workflows");
const region = "eu-central-1";
/** For installing and building on a slow machine. */
const patienceMs = 5 * 60_000;

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The commands whose blocks are not run, and why. */
const leftOut: readonly (readonly [command: RegExp, why: string])[] = [
  [/^npm (test|run check|run bench)\b/m, "what proves the project is not run from within it"],
];

/** Words that the block with a command must say; every other block need only end well. */
const expected: readonly (readonly [command: RegExp, says: RegExp])[] = [
  [/^npm start$/m, /Ran\s+order: SUCCEEDED/],
  [/start-execution/, new RegExp(`arn:aws:states:${region}:\\d{12}:execution:order:`)],
  [/ dev /, /\bAPI\s+http:/],
  [/^npm link$/m, /valid/],
];

const servers: ChildProcess[] = [];
/** The output of every process. */
const said = new Map<ChildProcess, string>();
const environment = await cleanEnvironment();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stopServers().then(() => process.exit(1)));
}
try {
  mkdirSync(home);
  // Many have it, and nothing may depend on scripts of packages.
  writeFileSync(join(home, ".npmrc"), "ignore-scripts=true\n");
  for (const block of blocksOf(readFileSync(join(root, "README.md"), "utf8"))) await follow(block);
  checkCommands();
  process.stdout.write("The README holds.\n");
} finally {
  await stopServers();
  rmSync(folder, { recursive: true, force: true });
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

async function follow({ language, text }: Block): Promise<void> {
  if (language === "json") return configure(text);
  if (language !== "sh") throw new Error(`Nobody knows how to follow a block of ${language}:\n${text}`);
  process.stdout.write(`\n${text.replaceAll(/^/gm, "$ ").trimEnd().slice(0, -1)}`);
  const why = leftOut.find(([command]) => command.test(text))?.[1] ?? missingTool(text);
  if (why !== undefined) {
    process.stdout.write(`Left out: ${why}.\n`);
    return;
  }
  const commands = text.replace(/<the address of this repository>/, root);
  const isServer = /^npm start$|^npm run pawl -- dev\b/m.test(commands);
  // The README says to stop the first server before.
  if (isServer) await stopServers();
  if (/ dev /.test(commands) && !/ init /.test(commands)) writeWorkflow();
  const words = isServer ? await serve(commands) : await run(commands);
  for (const [command, says] of expected) {
    if (command.test(text) && !says.test(words)) throw new Error(`It never said ${String(says)}:\n${words}`);
  }
}

function missingTool(text: string): string | undefined {
  const needed = /^(?:\w+=\$\()?aws /m.test(text) ? "aws" : "npm";
  const { status } = spawnSync("sh", ["-c", `command -v ${needed}`], { env: environment });
  return status === 0 ? undefined : `${needed} is not here`;
}

/** A definition in the folder of one's own. */
function writeWorkflow(): void {
  mkdirSync(workflows, { recursive: true });
  const states = { Hello: { Type: "Pass", End: true } };
  writeFileSync(join(workflows, "hello.asl.json"), JSON.stringify({ StartAt: "Hello", States: states }));
}

/** The configuration that the README shows, with the files that it names: a running `dev` reads it. */
async function configure(text: string): Promise<void> {
  const server = servers.at(-1);
  if (server === undefined) throw new Error("The README shows a configuration before a server reads one.");
  mkdirSync(workflows, { recursive: true });
  writeFileSync(join(workflows, "charge.js"), "export const handler = async () => ({ paid: true });\n");
  for (const name of ["ship", "resize"]) {
    writeFileSync(join(workflows, `${name}.py`), "def lambda_handler(event, context):\n    return {}\n");
  }
  const seen = said.get(server)?.length ?? 0;
  writeFileSync(join(workflows, "pawl.config.json"), text);
  await until(server, /reloaded\s+functions/, seen);
}

function start(commands: string): ChildProcess {
  // Every terminal after the first is in the folder of the clone.
  const cwd = /^git clone/m.test(commands) ? folder : clone;
  const child = spawn("bash", ["-e", "-c", commands], { cwd, env: environment, detached: true });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said.set(child, (said.get(child) ?? "") + text);
      process.stdout.write(text);
    });
  }
  return child;
}

async function serve(commands: string): Promise<string> {
  const server = start(commands);
  servers.push(server);
  const startedAt = performance.now();
  await until(server, /\bAPI\s+http:/, 0);
  // The rest comes at once, and is read before anybody types.
  await until(server, /Ctrl-C/, 0);
  process.stdout.write(`It took ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`);
  return said.get(server) ?? "";
}

async function run(commands: string): Promise<string> {
  const child = start(commands);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`It ended with ${code}.`);
  return said.get(child) ?? "";
}

async function until(child: ChildProcess, says: RegExp, from: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!says.test((said.get(child) ?? "").slice(from))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`It never said ${String(says)}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As Ctrl-C in their terminals: all processes of each hear of it. */
async function stopServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    if (server.exitCode !== null || server.pid === undefined) continue;
    const ended = new Promise((resolve) => server.once("close", resolve));
    process.kill(-server.pid, "SIGINT");
    await ended;
  }
}

/** Every command of the table is there. */
function checkCommands(): void {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const table = [...readme.matchAll(/^\| `pawl (\w+)/gm)].map(([, name = ""]) => name);
  for (const name of table) {
    const { status } = spawnSync("npm", ["run", "-s", "pawl", "--", name, "--help"], { cwd: clone, env: environment });
    if (status !== 0) throw new Error(`The README has \`pawl ${name}\`, and Pawl has not.`);
  }
  process.stdout.write(`\nCommands of the table: ${table.join(", ")}.\n`);
}

/** Variables of a shell that nobody has set up, and those by which this machine reaches the registry. */
async function cleanEnvironment(): Promise<Record<string, string>> {
  const kept = /^(LANG|TERM|TZ|PYENV_\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|\w*_proxy|\w*_PROXY|npm_config_registry)$/;
  const prefix = join(home, "npm-global");
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((part) => !part.includes("node_modules"));
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name))),
    HOME: home,
    PATH: [join(prefix, "bin"), ...path].join(delimiter),
    AWS_REGION: region,
    // Where installed packages go is for every user to choose; the port may be taken.
    npm_config_prefix: prefix,
    PAWL_PORT: await freePort(),
  } as Record<string, string>;
}

function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(String(typeof address === "object" ? address?.port : address)));
    });
  });
}
