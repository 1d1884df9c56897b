// Writes the pictures of terminals in the README: docs/images/start.svg, dev.svg and run.svg, as `start`, `dev` and `run` are now.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PawlProcess, runPawl } from "../src/testing/pawl-process.ts";
import { terminalSvg } from "./terminal-svg.ts";

const root = join(import.meta.dirname, "..");
const columns = 118;
const environment = { FORCE_COLOR: "1", npm_lifecycle_event: "pawl" };
const folder = mkdtempSync(join(tmpdir(), "pawl-captures-"));

try {
  capture("run", await run());
  capture("start", await start());
  capture("dev", await dev());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function capture(name: string, text: string): void {
  const shown = text
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:8083")
    .replaceAll(` --endpoint http://127.0.0.1:8083`, "")
    .replaceAll(/ --port \d+ --db/g, " --port 8084 --db")
    .replaceAll(/ --port \d+(?=\))/g, "");
  writeFileSync(join(root, "docs", "images", `${name}.svg`), terminalSvg(shown, { columns, title: `pawl ${name}` }));
}

async function run(): Promise<string> {
  const args = ["run", "examples/order.asl.json", "--input", "@examples/order.input.json"];
  const { stderr, stdout } = await runPawl(args, { directory: root, environment });
  return `$ npm run -s pawl -- ${args.join(" ")}\n${stderr}${stdout}`;
}

async function start(): Promise<string> {
  const server = new PawlProcess(["start", "--port", "0", "--db", "memory"], { directory: root, environment });
  const [, url = ""] = await server.until(/(http:\S+?:\d+) /);
  await server.until(/Ctrl-C/);
  const from = { directory: root, environment: { AWS_ENDPOINT_URL_SFN: url } };
  await runPawl(["execute", "order", "--name", "A-17", "--input", "@examples/order.input.json"], from);
  await runPawl(["execute", "approval", "--name", "B-4", "--no-wait"], from);
  const [, token = ""] = await server.until(/answer (\S+)/);
  await runPawl(["answer", token], from);
  await server.until(/succeeded\S* +approval:B-4/);
  const { stdout } = await server.interrupt();
  return `$ npm start\n${stdout.slice(0, stdout.indexOf("Stopped")).replaceAll("memory  (new)", ".pawl/pawl.db  (new)").trimEnd()}`;
}

async function dev(): Promise<string> {
  await runPawl(["init", "my-workflows"], { directory: folder, environment });
  const server = new PawlProcess(["dev", "my-workflows", "--live", "--port", "0", "--db", "memory"], {
    directory: folder,
    environment,
  });
  const [, url = ""] = await server.until(/(http:\S+?:\d+) /);
  await server.until(/Watching/);
  const from = { directory: folder, environment: { AWS_ENDPOINT_URL_SFN: url } };
  await runPawl(["execute", "order", "--name", "A-17", "--input", "@my-workflows/order.input.json"], from);
  await runPawl(["execute", "order#Declined", "--name", "A-18"], from);
  await server.until(/order:A-18\S* \S*after/);
  const said = server.stdout.length;
  const path = join(folder, "my-workflows", "order.asl.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"Next": "Paid"', '"Next": "Payed"'));
  await server.until(/was not deployed/, said);
  const { stdout } = await server.interrupt();
  return `$ npm run -s pawl -- dev my-workflows --live\n${stdout.slice(0, stdout.indexOf("Stopped")).trimEnd()}`;
}
