// Activities, and the tasks that workers take and report (API reference; texts as recorded).
import { activityArn as activityArnOf } from "../../aws/arn.ts";
import type { TokenOutcome } from "../../runtime/runtime.ts";
import { readTaskToken } from "../../runtime/workers/task-token.ts";
import type { ActivityRecord } from "../../store/catalogue.ts";
import { requireArn, requireJson, requireName } from "../arguments.ts";
import { echoedConfigurations, requireConfigurations } from "../machine-configuration.ts";
import { type Answer, type ApiContext, type Call, type OperationTable, toSeconds } from "../context.ts";
import {
  activityExists,
  activityMissing,
  invalidOutput,
  invalidToken,
  limitExceeded,
  taskTimedOut,
} from "../errors.ts";
import type {
  CreateActivityInput,
  DeleteActivityInput,
  DescribeActivityInput,
  GetActivityTaskInput,
  ListActivitiesInput,
  SendTaskFailureInput,
  SendTaskHeartbeatInput,
  SendTaskSuccessInput,
} from "../model.ts";
import { cutPage, pageSize } from "../page-token.ts";
import { findActivity } from "./find.ts";
import { requireTags } from "./tags.ts";

export const activityOperations = {
  CreateActivity: createActivity,
  DescribeActivity: describeActivity,
  DeleteActivity: deleteActivity,
  ListActivities: listActivities,
  GetActivityTask: getActivityTask,
  SendTaskSuccess: sendTaskSuccess,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
} satisfies OperationTable;

/** Idempotent by name; only another encryption conflicts. */
async function createActivity(input: CreateActivityInput, context: ApiContext): Promise<Answer> {
  const { name, tags = [], encryptionConfiguration: encryption } = input;
  requireName(name);
  requireConfigurations(input);
  const activityArn = activityArnOf(context.arnSpace, name);
  const tagRecord = requireTags(tags, activityArn);
  const encryptionConfiguration = encryption === undefined ? undefined : JSON.stringify(encryption);
  return context.inOrder(activityArn, async () => {
    const existing = await context.catalogue.findActivity(name);
    if (existing !== undefined) {
      const isSame = encryptionText(existing.encryptionConfiguration) === encryptionText(encryptionConfiguration);
      if (!isSame) throw activityExists(activityArn);
      return { activityArn, creationDate: toSeconds(existing.createdAt) };
    }
    const createdAt = context.now();
    await createWithinQuota({ name, createdAt, tags: tagRecord, encryptionConfiguration }, context);
    return { activityArn, creationDate: toSeconds(createdAt) };
  });
}

/** Activities are created one after the other: each looks how many there are. */
function createWithinQuota(activity: ActivityRecord, { catalogue, quotas, inOrder }: ApiContext): Promise<void> {
  return inOrder("the number of activities", async () => {
    const limit = quotas.maxActivities;
    if ((await catalogue.countActivities()) >= limit) throw limitExceeded("ActivityLimitExceeded", limit);
    await catalogue.createActivity(activity);
  });
}

function encryptionText(encryptionConfiguration: string | undefined): string {
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } =
    echoedConfigurations({ encryptionConfiguration }).encryptionConfiguration ?? {};
  return JSON.stringify([type, kmsKeyId, kmsDataKeyReusePeriodSeconds]);
}

async function describeActivity({ activityArn }: DescribeActivityInput, context: ApiContext): Promise<Answer> {
  const activity = await findActivity(activityArn, context);
  if (activity === undefined) throw activityMissing(activityArn);
  const { name, createdAt } = activity;
  const { encryptionConfiguration } = echoedConfigurations(activity);
  return { activityArn, name, creationDate: toSeconds(createdAt), encryptionConfiguration };
}

async function deleteActivity({ activityArn }: DeleteActivityInput, context: ApiContext): Promise<Answer> {
  requireArn(activityArn, "activity");
  return context.inOrder(activityArn, async () => {
    const activity = await findActivity(activityArn, context);
    if (activity !== undefined) await context.catalogue.deleteActivity(activity.name);
    return {};
  });
}

async function listActivities(input: ListActivitiesInput, context: ApiContext): Promise<Answer> {
  const listing = "ListActivities";
  const after = context.pageTokens.read(listing, input.nextToken);
  const size = pageSize(input.maxResults);
  const found = await context.catalogue.listActivities({
    limit: size + 1,
    after: typeof after === "string" ? after : undefined,
  });
  const { items, members } = cutPage(found, size, ({ name }) => context.pageTokens.issue(listing, name));
  const activities = items.map(({ name, createdAt }) => ({
    activityArn: activityArnOf(context.arnSpace, name),
    name,
    creationDate: toSeconds(createdAt),
  }));
  return { activities, ...members };
}

/** Answers without a token when no task came in time. */
async function getActivityTask(input: GetActivityTaskInput, context: ApiContext, call: Call): Promise<Answer> {
  const { activityArn, workerName } = input;
  const activity = await findActivity(activityArn, context);
  if (activity === undefined) throw activityMissing(activityArn);
  const patience = new AbortController();
  const gone = call.goneSignal();
  const giveUp = (): void => patience.abort();
  const timer = setTimeout(giveUp, context.activityPollMs);
  gone.addEventListener("abort", giveUp);
  if (gone.aborted) giveUp();
  try {
    const task = await context.runtime.takeActivityTask(activityArn, workerName, patience.signal);
    if (task === undefined) return {};
    if (task.kind === "limitExceeded") throw limitExceeded("ActivityWorkerLimitExceeded", task.limit);
    call.onAnswered(task.handedOver);
    return { taskToken: task.taskToken, input: task.input.text };
  } finally {
    clearTimeout(timer);
    gone.removeEventListener("abort", giveUp);
  }
}

async function sendTaskSuccess({ taskToken, output }: SendTaskSuccessInput, context: ApiContext): Promise<Answer> {
  // AWS looks at the token before it looks at the output.
  const refuse = readTaskToken(taskToken) === undefined ? invalidToken : invalidOutput;
  return tokenAnswer(await context.runtime.sendTaskSuccess(taskToken, requireJson(output, refuse)));
}

async function sendTaskFailure(
  { taskToken, error, cause }: SendTaskFailureInput,
  context: ApiContext,
): Promise<Answer> {
  return tokenAnswer(await context.runtime.sendTaskFailure(taskToken, { error, cause }));
}

async function sendTaskHeartbeat({ taskToken }: SendTaskHeartbeatInput, context: ApiContext): Promise<Answer> {
  return tokenAnswer(await context.runtime.sendTaskHeartbeat(taskToken));
}

function tokenAnswer(outcome: TokenOutcome): Answer {
  switch (outcome) {
    case "accepted":
      return {};
    case "invalidToken":
      throw invalidToken();
    case "timedOut":
      throw taskTimedOut();
  }
}
