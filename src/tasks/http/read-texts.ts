// Reads the texts of a connection where they are: secrets stand in environment variables and files, and are read anew for
// every request, so that a file may change. No problem repeats a text.
import { open } from "node:fs/promises";
import type { Authorization, Connection, ConnectionParameters, TextSource } from "./connection.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type ReadConnection = { readonly connection: Connection<string> } | { readonly problem: string };

/** A problem is a sentence without a full stop, such as `the environment variable A is not set`. */
export async function readTexts(connection: Connection<TextSource>, environment: Environment): Promise<ReadConnection> {
  const problems: string[] = [];
  const read: ReadText = async (source) => {
    const result = await readText(source, environment);
    if ("problem" in result) problems.push(result.problem);
    return "text" in result ? result.text : "";
  };
  const { authorization, parameters, hosts } = connection;
  const texts: Connection<string> = {
    authorization: authorization === undefined ? undefined : await readAuthorization(authorization, read),
    parameters: await readParameters(parameters, read),
    hosts,
  };
  const [problem] = problems;
  return problem === undefined ? { connection: texts } : { problem };
}

type ReadText = (source: TextSource) => Promise<string>;

async function readAuthorization(given: Authorization<TextSource>, read: ReadText): Promise<Authorization<string>> {
  switch (given.kind) {
    case "apiKey":
      return { ...given, value: await read(given.value) };
    case "basic":
      return { ...given, username: await read(given.username), password: await read(given.password) };
    case "oauth":
      return {
        ...given,
        clientId: await read(given.clientId),
        clientSecret: await read(given.clientSecret),
        parameters: await readParameters(given.parameters, read),
      };
  }
}

async function readParameters(
  { headers, query, body }: ConnectionParameters<TextSource>,
  read: ReadText,
): Promise<ConnectionParameters<string>> {
  const all = async (sources: ReadonlyMap<string, TextSource>): Promise<ReadonlyMap<string, string>> =>
    new Map(await Promise.all([...sources].map(async ([name, source]) => [name, await read(source)] as const)));
  return { headers: await all(headers), query: await all(query), body: await all(body) };
}

/** Bytes; a longer file was not meant. */
const longestSecret = 65_536;

async function readText(
  source: TextSource,
  environment: Environment,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  switch (source.kind) {
    case "text":
      return source;
    case "variable": {
      const { [source.name]: text } = environment;
      return text ? { text } : { problem: `the environment variable ${source.name} is not set` };
    }
    case "file":
      return readFile(source.path);
  }
}

async function readFile(path: string): Promise<{ readonly text: string } | { readonly problem: string }> {
  try {
    await using file = await open(path);
    if (!(await file.stat()).isFile()) return { problem: `${path} is no file` };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestSecret + 1), 0, longestSecret + 1, 0);
    if (bytesRead > longestSecret) return { problem: `the file ${path} has more than ${longestSecret} bytes` };
    const text = buffer.toString("utf8", 0, bytesRead).trimEnd();
    return text === "" ? { problem: `the file ${path} is empty` } : { text };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return { problem: code === "ENOENT" ? `there is no file ${path}` : `the file ${path} cannot be read (${code})` };
  }
}
