// The guard that a request passes before its action: authentication, the rate limit and authorisation, each where it is
// configured.
import type { Json } from "../asl/json.ts";
import type { ArnSpace } from "../aws/arn.ts";
import { type AccessKey, createAuthenticate, type SignedRequest } from "./authentication.ts";
import { type Action, operations } from "./model.ts";
import { requirePermission } from "./policy.ts";
import { createRateLimiter, type RateLimits } from "./rate-limit.ts";

export interface GuardOptions {
  /** Without it every caller may do everything. */
  readonly auth?: { readonly keys: readonly AccessKey[] } | undefined;
  readonly rateLimits?: RateLimits | undefined;
}

/** Looks at the headers, so that the body of a stranger is not even kept. @throws ApiError */
export type Guard = (request: SignedRequest) => Admit;
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
  if (auth === undefined) {
    return () => (target) => {
      takeToken(actionOf(target), "");
      return () => undefined;
    };
  }
  const authenticate = createAuthenticate({ keys: auth.keys, arnSpace, now });
  return (request) => {
    const verify = authenticate(request);
    return (target, body) => {
      const action = actionOf(target);
      const caller = verify(body);
      takeToken(action, caller.accessKeyId);
      return (input) => requirePermission(caller, action, input, arnSpace);
    };
  };
}

const actions = new Map(Object.keys(operations).map((action) => [`AWSStepFunctions.${action}`, action as Action]));

function actionOf(target: string): Action {
  const action = actions.get(target);
  if (action === undefined) throw new Error(`${target} names no action`);
  return action;
}
