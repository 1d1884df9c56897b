// The guard that a request passes before its action: authentication, the rate limit and authorisation, each where it is
// configured.
import type { Json } from "../asl/json.ts";
import type { ArnSpace } from "../aws/arn.ts";
import { type AccessKey, createAuthenticate, type SignedRequest } from "./authentication.ts";
import { type Action, operations } from "./model.ts";
import { type Caller, requirePermission } from "./policy.ts";
import { createRateLimiter, type RateLimits } from "./rate-limit.ts";

export interface GuardOptions {
  /** Without it every caller may do everything. */
  readonly auth?: { readonly keys: readonly AccessKey[] } | undefined;
  readonly rateLimits?: RateLimits | undefined;
}

export interface Guard {
  /** Looks at the headers, so that the body of a stranger is not even kept. @throws ApiError */
  readonly request: (request: SignedRequest) => Admit;
  /** The same for a caller that is known by a session; `undefined` where there are no keys. */
  readonly caller: (caller: Caller | undefined) => Admit;
}

/** Looks at the whole body. @param target the value of `X-Amz-Target` of an action that there is. @throws ApiError */
export type Admit = (target: string, body: Buffer) => Permit;
/** Looks at what is asked for. @throws ApiError */
export type Permit = (input: Json) => void;

/** Nothing when nothing is configured: requests then pay nothing for it. */
export function createGuard(
  { auth, rateLimits }: GuardOptions,
  { arnSpace, now }: { readonly arnSpace: ArnSpace; readonly now: () => number },
): Guard | undefined {
  if (auth === undefined && rateLimits === undefined) return undefined;
  const takeToken = createRateLimiter(rateLimits ?? {}, now);
  const admit = (caller: Caller | undefined, target: string): Permit => {
    const action = actionOf(target);
    takeToken(action, caller?.accessKeyId ?? "");
    return (input) => {
      if (caller !== undefined) requirePermission(caller, action, input, arnSpace);
    };
  };
  const authenticate = auth === undefined ? undefined : createAuthenticate({ keys: auth.keys, arnSpace, now });
  return {
    request(request) {
      const verify = authenticate?.(request);
      return (target, body) => admit(verify?.(body), target);
    },
    caller: (caller) => (target) => admit(caller, target),
  };
}

const actions = new Map(Object.keys(operations).map((action) => [`AWSStepFunctions.${action}`, action as Action]));

function actionOf(target: string): Action {
  const action = actions.get(target);
  if (action === undefined) throw new Error(`${target} names no action`);
  return action;
}
