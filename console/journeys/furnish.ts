// A server with something on every page of the console: the examples of the project, played through.
import { readFileSync } from "node:fs";
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  DescribeExecutionCommand,
  ListMapRunsCommand,
  PublishStateMachineVersionCommand,
  TagResourceCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { parse } from "yaml";
import type { ServerOptions } from "../../src/server/start-server.ts";
import { parseFunctionConfig } from "../../src/tasks/functions/parse-config.ts";
import type { Console } from "./browser.ts";

const examples = new URL("../../examples/", import.meta.url);
const example = (file: string): string => readFileSync(new URL(file, examples), "utf8");

const { functions } = JSON.parse(example("pawl.config.json")) as { readonly functions: object };

/** The server that has the functions of the examples. */
export const exampleServer: Partial<ServerOptions> = {
  functions: parseFunctionConfig(functions, examples.pathname),
  functionLog: () => {
    // Their output is no part of a page.
  },
};

export interface Furnished {
  /** Paths of the pages by their names. */
  readonly pages: Readonly<Record<string, string>>;
}

export async function furnish(made: Pick<Console, "sfn" | "create" | "start">): Promise<Furnished> {
  const { sfn, create, start } = made;
  const input = JSON.parse(example("order.input.json")) as object;
  await sfn.send(new CreateActivityCommand({ name: "packing" }));
  await sfn.send(new CreateActivityCommand({ name: "quality-check" }));
  const order = await publishedOrder(made);
  const quote = await create("quote", parse(example("quote.express.asl.yaml")) as object, "EXPRESS");
  const approval = await create("approval", JSON.parse(example("approval.asl.json")) as object);
  const batch = await create("batch", JSON.parse(example("batch.asl.json")) as object);
  const shipping = await create("shipping", shippingDefinition);
  const bought = await start(order, input, "order-A-17");
  const cancelled = await start(order, { ...input, id: "A-18", card: "expired" }, "order-A-18");
  const broken = await start(order, { id: "A-19", items: [{ price: 30, quantity: 1 }] }, "order-A-19");
  const batched = await start(batch, JSON.parse(example("batch.input.json")), "evening");
  const asked = await start(approval, { request: "20 springs", by: "Ann" }, "springs");
  const quoted = await start(quote, input, "quote-1");
  const shipped = await start(shipping, { orders: ["A-17", "A-18", "A-20"] }, "monday");
  await Promise.all([bought, cancelled, broken, batched].map((arn) => ended(made, arn)));
  const mapRun = await until(async () => {
    const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn: shipped }));
    return mapRuns[0]?.mapRunArn;
  });
  const machine = `/machines/${encodeURIComponent(order)}`;
  const page = (arn: string): string => `/executions/${encodeURIComponent(arn)}`;
  const state = (id: string): string => `state=${encodeURIComponent(id)}`;
  return {
    pages: {
      machines: "/",
      executions: machine,
      "no execution like that": `${machine}?status=TIMED_OUT`,
      definition: `${machine}?tab=definition`,
      versions: `${machine}?tab=versions`,
      aliases: `${machine}?tab=aliases`,
      tags: `${machine}?tab=tags`,
      "express machine": `/machines/${encodeURIComponent(quote)}`,
      editor: `${machine}/edit?${state("/States/Charge")}`,
      create: "/machines/new",
      execution: page(bought),
      tries: `${page(bought)}?${state("/States/Charge")}&panel=attempts`,
      iterations: `${page(bought)}?view=table`,
      timeline: `${page(bought)}?view=timeline`,
      events: `${page(bought)}?view=events&event=3`,
      past: `${page(bought)}?at=14`,
      cancelled: page(cancelled),
      why: `${page(broken)}?${state("/States/Charge")}`,
      choice: `${page(bought)}?${state("/States/Anything to pay?")}`,
      waiting: page(asked),
      express: page(quoted),
      fork: `${page(bought)}/fork`,
      compare: `/compare?left=${encodeURIComponent(bought)}&right=${encodeURIComponent(cancelled)}`,
      "compare versions": `/compare?left=${encodeURIComponent(`${order}:1`)}&right=${encodeURIComponent(order)}`,
      "compare with": `/compare?left=${encodeURIComponent(bought)}`,
      "map run": `/map-runs/${encodeURIComponent(mapRun)}`,
      inbox: "/inbox",
      activities: "/activities",
      history: "/history",
      "no page": "/nowhere",
      "no execution": page(`${bought}-missing`),
      "no machine": `/machines/${encodeURIComponent(`${order}-missing`)}`,
    },
  };
}

/** The order in two versions, with an alias that leads to both, and tags. */
async function publishedOrder({ sfn, create }: Pick<Console, "sfn" | "create">): Promise<string> {
  const definition = example("order.asl.json");
  // The first version gave up sooner, and charged whatever it cost.
  const first = definition.replace('"MaxAttempts": 4', '"MaxAttempts": 1').replace('"TimeoutSeconds": 10,', "");
  const stateMachineArn = await create("order", JSON.parse(first) as object);
  const publish = async (description: string): Promise<string | undefined> => {
    const answer = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn, description }));
    return answer.stateMachineVersionArn;
  };
  const one = await publish("The first one");
  await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  const two = await publish("Tries the card more often");
  await sfn.send(
    new CreateStateMachineAliasCommand({
      name: "live",
      description: "The one that the shop calls",
      routingConfiguration: [
        { stateMachineVersionArn: one, weight: 10 },
        { stateMachineVersionArn: two, weight: 90 },
      ],
    }),
  );
  const tags = [
    { key: "team", value: "shop" },
    { key: "cost-center", value: "4711" },
  ];
  await sfn.send(new TagResourceCommand({ resourceArn: stateMachineArn, tags }));
  return stateMachineArn;
}

const shippingDefinition = {
  Comment: "Ships each order as a child execution, two at a time.",
  StartAt: "Each order",
  States: {
    "Each order": {
      Type: "Map",
      Label: "EachOrder",
      ItemsPath: "$.orders",
      MaxConcurrency: 2,
      ToleratedFailurePercentage: 10,
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Pack",
        States: {
          Pack: {
            Type: "Task",
            Resource: "arn:aws:states:us-east-1:123456789012:activity:packing",
            HeartbeatSeconds: 86_000,
            End: true,
          },
        },
      },
      End: true,
    },
  },
};

async function ended({ sfn }: Pick<Console, "sfn">, executionArn: string): Promise<void> {
  await until(async () => {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === "RUNNING" ? undefined : status;
  });
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
