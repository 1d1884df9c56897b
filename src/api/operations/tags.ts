// Tags of state machines and activities (API reference: at most 50, keys and values of a restricted alphabet).
import { parseArn } from "../arguments.ts";
import type { Answer, ApiContext, OperationTable } from "../context.ts";
import { ApiError, invalidArn, resourceMissing, tooManyTags } from "../errors.ts";
import type { ListTagsForResourceInput, Tag, TagResourceInput, UntagResourceInput } from "../model.ts";
import { findActivity, findStateMachine } from "./find.ts";

export const tagOperations = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
} satisfies OperationTable;

type TagRecord = Readonly<Record<string, string>>;

const mostTags = 50;
const allowedInTags = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Built from entries, so that `__proto__` is a key like any other. */
export function requireTags(tags: readonly Tag[], resourceArn: string, present: TagRecord = {}): TagRecord {
  const entries = new Map(Object.entries(present));
  for (const { key = "", value = "" } of tags) {
    if (key === "" || !allowedInTags.test(key) || !allowedInTags.test(value)) {
      throw invalidTag(`Tag '${key}' must consist of letters, digits, spaces and _ . : / = + - @`);
    }
    if (key.toLowerCase().startsWith("aws:")) throw invalidTag(`Tag '${key}' begins with the reserved prefix 'aws:'`);
    entries.set(key, value);
  }
  if (entries.size > mostTags) throw tooManyTags(resourceArn);
  return Object.fromEntries(entries);
}

function invalidTag(problem: string): ApiError {
  return new ApiError("ValidationException", `Invalid tag: ${problem}`);
}

interface TaggedResource {
  readonly tags: TagRecord;
  readonly replaceTags: (tags: TagRecord) => Promise<void>;
}

async function requireTagged(arn: string, context: ApiContext): Promise<TaggedResource> {
  const { catalogue } = context;
  switch (parseArn(arn).kind) {
    case "stateMachine": {
      const stateMachine = await findStateMachine(arn, context);
      if (stateMachine === undefined) throw resourceMissing(arn);
      const { id } = stateMachine;
      return { tags: stateMachine.tags, replaceTags: (tags) => catalogue.updateStateMachine(id, { tags }) };
    }
    case "activity": {
      const activity = await findActivity(arn, context);
      if (activity === undefined) throw resourceMissing(arn);
      const { name } = activity;
      return { tags: activity.tags, replaceTags: (tags) => catalogue.updateActivityTags(name, tags) };
    }
    default:
      throw invalidArn(`Resource type not valid in this context: ${parseArn(arn).kind}`);
  }
}

async function tagResource({ resourceArn, tags }: TagResourceInput, context: ApiContext): Promise<Answer> {
  return context.inOrder(resourceArn, async () => {
    const resource = await requireTagged(resourceArn, context);
    await resource.replaceTags(requireTags(tags, resourceArn, resource.tags));
    return {};
  });
}

/** Keys that the resource does not have are ignored. */
async function untagResource({ resourceArn, tagKeys }: UntagResourceInput, context: ApiContext): Promise<Answer> {
  return context.inOrder(resourceArn, async () => {
    const resource = await requireTagged(resourceArn, context);
    const entries = Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key));
    await resource.replaceTags(Object.fromEntries(entries));
    return {};
  });
}

async function listTagsForResource({ resourceArn }: ListTagsForResourceInput, context: ApiContext): Promise<Answer> {
  const { tags } = await requireTagged(resourceArn, context);
  return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}
