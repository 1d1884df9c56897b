// A console to go through in a real browser: a server of its own behind it, and Debian's Chromium in front of it. All that the
// browser complains of (a refused style, a request to elsewhere, an error in a page) fails the journey.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Browser } from "playwright-core";
import { type PawlServer, type ServerOptions, startServer } from "../../src/server/start-server.ts";
import { testServerOptions } from "../../src/testing/server-options.ts";
import { installedChromium, launchChromium, type Page } from "./chromium.ts";

const roleArn = "arn:aws:iam::123456789012:role/pawl";

export interface Console {
  readonly page: Page;
  readonly sfn: SFNClient;
  readonly server: PawlServer;
  /** Creates a machine. @returns its ARN */
  readonly create: (name: string, definition: object, type?: "STANDARD" | "EXPRESS") => Promise<string>;
  /** Starts an execution. @returns its ARN */
  readonly start: (stateMachineArn: string, input?: unknown, name?: string) => Promise<string>;
  readonly open: (path: string) => Promise<void>;
  readonly openExecution: (executionArn: string, query?: string) => Promise<void>;
}

export interface JourneyOptions {
  readonly server?: Partial<ServerOptions>;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Complaints of the browser that belong to the journey. */
  readonly expected?: RegExp;
}

/** A test that is skipped, and says so, where no Chromium is installed. */
export function journey(
  name: string,
  go: (console: Console, t: TestContext) => Promise<void>,
  options: JourneyOptions = {},
): void {
  const skip = installedChromium === undefined && "Chromium is not installed (apt-get install chromium)";
  test(name, { skip }, async (t) => {
    const server = await startServer({ ...testServerOptions, ...options.server });
    const browser = await launchChromium(installedChromium ?? "");
    try {
      await goThrough(server, browser, { go, options, t });
    } finally {
      await browser.close();
      await server.close();
    }
  });
}

interface Journey {
  readonly go: (console: Console, t: TestContext) => Promise<void>;
  readonly options: JourneyOptions;
  readonly t: TestContext;
}

async function goThrough(server: PawlServer, browser: Browser, { go, options, t }: Journey): Promise<void> {
  const { viewport = { width: 1440, height: 900 }, colorScheme = "light", expected } = options;
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith("blob:"))
      complaints.push(`request: ${request.url()}`);
  });
  const open = async (path: string): Promise<void> => {
    await page.goto(server.url + path);
  };
  await go(
    {
      ...clientOf(server.url, options.credentials),
      page,
      server,
      open,
      openExecution: (executionArn, query = "") => open(`/executions/${encodeURIComponent(executionArn)}${query}`),
    },
    t,
  );
  assert.deepEqual(
    complaints.filter((complaint) => expected?.test(complaint) !== true),
    [],
  );
}

/** Somebody who works with the AWS SDK against the same server, beside the reader in the browser. */
export function clientOf(
  endpoint: string,
  credentials = { accessKeyId: "local", secretAccessKey: "local" },
): Pick<Console, "sfn" | "create" | "start"> {
  const sfn = new SFNClient({ endpoint, region: "us-east-1", credentials });
  return {
    sfn,
    create: async (name, definition, type = "STANDARD") => {
      const answer = await sfn.send(
        new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn, type }),
      );
      return answer.stateMachineArn ?? "";
    },
    start: async (stateMachineArn, input = {}, name = undefined) => {
      const answer = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name }));
      return answer.executionArn ?? "";
    },
  };
}
