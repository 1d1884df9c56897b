// The table of all settings: a row here is all that a new one needs. docs/configuration.md is made from it.
import { heldLimits } from "../../api/exchange.ts";
import { awsLimits } from "../../engine/turn.ts";
import { awsQuotas } from "../../runtime/starts/quotas.ts";
import type { FunctionTargets } from "../../tasks/functions/config.ts";
import { FunctionConfigError, parseFunctionConfig } from "../../tasks/functions/parse-config.ts";
import { auth, rateLimits } from "./access-settings.ts";
import { buckets } from "./buckets-settings.ts";
import { cluster, database } from "./cluster-settings.ts";
import { connections, httpTasks } from "./http-task-settings.ts";
import { count, number, path, text } from "./kinds.ts";
import { substitutions } from "./substitution-settings.ts";
import { services } from "./services-settings.ts";
import { events, logging } from "./telemetry-settings.ts";
import { tracing } from "./tracing-settings.ts";
import { type Field, type Fields, group, type Kind, oneOf } from "./walk.ts";

const functions: Kind<FunctionTargets> = {
  is: "object",
  read(value, { directory, report }) {
    try {
      return parseFunctionConfig(value, directory);
    } catch (error) {
      if (!(error instanceof FunctionConfigError)) throw error;
      for (const problem of error.message.split("\n")) report(problem);
      return undefined;
    }
  },
};

/** One large request or answer must fit. */
const bytesOfSeveral = number(
  "Give a whole number of bytes from 16777216 to 1000000000000.",
  (value) => Number.isSafeInteger(value) && value >= 16_777_216 && value <= 1_000_000_000_000,
);

const limits = group(
  {
    historyEvents: {
      kind: count,
      default: awsLimits.maxHistoryEvents,
      says: "events of one execution",
    },
    inlineConcurrency: {
      kind: count,
      default: awsLimits.maxInlineConcurrency,
      says: "iterations of one inline Map that run at the same time",
    },
    stateMachines: { kind: count, default: awsQuotas.maxStateMachines, says: "state machines" },
    activities: { kind: count, default: awsQuotas.maxActivities, says: "activities" },
    openExecutions: { kind: count, default: awsQuotas.maxOpenExecutions, says: "Standard executions that run" },
    activityWorkers: {
      kind: count,
      default: awsQuotas.maxActivityWorkers,
      says: "GetActivityTask calls that wait for tasks of one activity",
    },
    connections: {
      kind: count,
      otherwise: "nearly half of the open files that the system allows, at most 16384",
      says: "connections at a time",
    },
    functionProcesses: {
      kind: count,
      otherwise: "[as many as the machine has room for](functions.md#how-many-processes)",
      says: "processes of functions at a time, each of which has one call",
    },
    requestBytes: {
      kind: bytesOfSeveral,
      default: heldLimits.maxRequestBytes,
      says: "bytes of requests that are not read to their end",
    },
    answerBytes: {
      kind: bytesOfSeveral,
      default: heldLimits.maxAnswerBytes,
      says: "bytes of answers that their clients have not read",
    },
    jsonataSteps: {
      kind: count,
      default: awsLimits.maxJsonataSteps,
      says: "steps of one evaluation in JSONata, which stand for AWS's one second",
    },
    jsonataDepth: {
      kind: count,
      default: awsLimits.maxJsonataDepth,
      says: "nodes within nodes of an evaluation in JSONata, the bodies of called functions included",
    },
    jsonataItems: { kind: count, default: awsLimits.maxJsonataItems, says: "items of an array that JSONata makes" },
    jsonataRange: { kind: count, default: awsLimits.maxJsonataRange, says: "numbers that `$range` of JSONata gives" },
    jsonataCharacters: {
      kind: count,
      default: awsLimits.maxJsonataCharacters,
      says: "characters of a text that JSONata makes",
    },
  },
  '{ "historyEvents": 100000 }',
);

const encryption = group(
  {
    keyFile: {
      kind: path("Give the name of a file; make one: pawl key -o pawl.key"),
      variables: ["PAWL_KEY_FILE"],
      says: "the [key file](security.md#encryption-at-rest)",
      otherwise: "not encrypted",
      isRequired: true,
    },
  },
  '{ "keyFile": "pawl.key" }',
);

export const settings = {
  port: {
    kind: number(
      "Give a port from 0 (any free one) to 65535.",
      (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
    ),
    flag: "-p, --port <port>",
    variables: ["PAWL_PORT"],
    default: 8083,
    says: "port of the API, 0 for any free one",
  },
  host: {
    kind: text({
      advice: "Give an address or a name of this machine, such as 127.0.0.1.",
      accepts: /^[A-Za-z0-9.:-]{1,253}$/,
    }),
    flag: "--host <host>",
    variables: ["PAWL_HOST"],
    default: "127.0.0.1",
    says: "address to listen on; others than loopback need [keys](security.md#keys) in the configuration",
  },
  db: {
    kind: database,
    flag: "--db <file>",
    variables: ["PAWL_DB"],
    default: ".pawl/pawl.db",
    says: "database file, memory, or the address of a [PostgreSQL database](cluster.md)",
  },
  account: {
    kind: text({
      advice: 'Give an account of 12 digits, such as "123456789012".',
      accepts: /^\d{12}$/,
    }),
    variables: ["PAWL_ACCOUNT"],
    default: "123456789012",
    says: "the account in ARNs",
  },
  region: {
    kind: text({
      advice: "Give a region such as us-east-1.",
      accepts: /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/,
    }),
    variables: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    default: "us-east-1",
    says: "the region in ARNs and signatures",
  },
  services: {
    kind: services,
    says: "where AWS services are that tasks call ([services](services.md))",
    otherwise: "see [there](services.md#where-requests-go)",
  },
  functions: { kind: functions, default: {}, says: "what stands for Lambda functions ([below](#functions))" },
  substitutions: {
    kind: substitutions,
    otherwise: "none",
    says: "what fills the `${…}` of definitions ([below](#substitutions))",
  },
  connections: { kind: connections, default: {}, says: "what authorizes [HTTP tasks](http-tasks.md#connections)" },
  httpTasks: { kind: httpTasks, says: "how far [HTTP tasks](http-tasks.md#hosts) reach" },
  mocks: {
    kind: path(),
    variables: ["SFN_MOCK_CONFIG"],
    says: "a [mock file](api.md#mocks) of Step Functions Local",
  },
  unknownOutcome: {
    kind: oneOf(
      ["perform", "fail"],
      'Give "perform" (a call that was in flight when Pawl died is made again) or "fail".',
    ),
    default: "perform",
    says: "whether a call that was in flight when Pawl died is made again, or fails ([durability](durability.md))",
  },
  buckets: {
    kind: buckets,
    default: {},
    says: "local folders that stand for [buckets of S3](buckets.md), by their names",
  },
  limits: { kind: limits, says: "[quotas](security.md#limits), AWS's by default" },
  auth: { kind: auth, says: "[keys and what they are for](security.md#keys)", otherwise: "nobody signs" },
  rateLimits: { kind: rateLimits, says: "[throttling](security.md#rate-limits), for each action and key" },
  cluster: { kind: cluster, says: "a node of [several on one PostgreSQL database](cluster.md)" },
  encryption: { kind: encryption, says: "[encryption of the database file](security.md#encryption-at-rest)" },
  logging: {
    kind: logging,
    variables: ["PAWL_LOGGING"],
    says: "where [execution logs](telemetry.md#logging) go",
    otherwise: "see [there](telemetry.md#logging)",
  },
  events: {
    kind: events,
    variables: ["PAWL_EVENTS"],
    says: "where [status changes](telemetry.md#status-change-events) go",
    otherwise: "nowhere",
  },
  tracing: { kind: tracing, says: "where [spans](telemetry.md#tracing) go, and of which machines" },
} satisfies Fields;

/** The flags of the commands that start a server, with a line of help for each. */
export function flagsHelp(): readonly { readonly flag: string; readonly help: string }[] {
  return Object.values<Field>(settings).flatMap(({ flag, says, variables = [], default: usual }) => {
    const words = says.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1");
    const instead = [...variables, `default: ${String(usual)}`].join("; ");
    return flag === undefined ? [] : [{ flag, help: `${words} (${instead})` }];
  });
}
