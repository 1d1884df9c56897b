// Advice on a `Resource` that AWS does not know.
import { nearestName } from "../nearest-name.ts";
import { optimizedPatterns, sdkServices } from "../validate/services.ts";

const actions = [...optimizedPatterns.keys()];

/** The actions of a service such as `sqs`, as `aws-sdk` ARNs have them; none of one that is not known. */
export type ActionsOf = (service: string) => readonly string[];

export function resourceAdvice(arn: string, actionsOf: ActionsOf): string | undefined {
  if (!arn.startsWith("arn:")) return notAnArn(arn);
  const [, service] = arn.split(":", 3).slice(1);
  if (service === "lambda") return lambdaAdvice(arn);
  if (service !== "states") {
    return "A Task calls other services through arn:aws:states:::, as in arn:aws:states:::sqs:sendMessage";
  }
  const [, name = ""] = /^arn:[^:]+:states:[^:]*:[^:]*:(.+)$/.exec(arn) ?? [];
  return name.startsWith("aws-sdk:") ? sdkAdvice(name, actionsOf) : optimizedAdvice(name);
}

function notAnArn(text: string): string {
  const isName = /^[A-Za-z0-9-_]{1,64}$/.test(text);
  const name = isName ? text : "my-function";
  return (
    `For the function ${name}: "Resource": "arn:aws:states:::lambda:invoke" with "FunctionName": "${name}" in its parameters, ` +
    `or "arn:aws:lambda:us-east-1:123456789012:function:${name}"`
  );
}

function lambdaAdvice(arn: string): string {
  const [, name = "my-function"] = /function:([A-Za-z0-9-_.]+)/.exec(arn) ?? [];
  return `The ARN of a function has a region and an account: arn:aws:lambda:us-east-1:123456789012:function:${name}`;
}

function optimizedAdvice(name: string): string | undefined {
  const [action = "", pattern] = name.split(/\.(.*)/s);
  const patterns = optimizedPatterns.get(action);
  if (patterns !== undefined) return patternAdvice(action, patterns, pattern);
  const nearest = nearestName(action, actions);
  if (nearest !== undefined)
    return `Did you mean arn:aws:states:::${nearest}${pattern === undefined ? "" : `.${pattern}`}?`;
  const [service = ""] = action.split(":");
  const own = actions
    .filter((known) => known.startsWith(`${service}:`))
    .map((known) => known.slice(service.length + 1));
  if (own.length > 0) return `${service} has ${own.join(", ")}. Other actions: arn:aws:states:::aws-sdk:${action}`;
  return `Actions without an integration of their own are called as arn:aws:states:::aws-sdk:${action}`;
}

function patternAdvice(action: string, patterns: readonly string[], pattern: string | undefined): string {
  const endings = patterns.flatMap((one) => (one === "requestResponse" ? [] : [`.${one}`]));
  const others = endings.length === 0 ? "nothing behind it" : `nothing or ${endings.join(" or ")} behind it`;
  return pattern === undefined ? `${action} has ${others}` : `${action} has ${others}, not .${pattern}`;
}

function sdkAdvice(name: string, actionsOf: ActionsOf): string | undefined {
  const [, service = "", action = ""] = name.split(":");
  const [bare = "", pattern] = action.split(/\.(.*)/s);
  if (/^[A-Z]/.test(bare)) {
    const right = `${bare.charAt(0).toLowerCase()}${bare.slice(1)}`;
    return `Actions begin with a small letter: arn:aws:states:::aws-sdk:${service}:${right}`;
  }
  if (pattern?.startsWith("sync") === true)
    return "Integrations of the AWS SDK have no .sync: ask for the state of the job in a loop";
  if (!sdkServices.has(service)) {
    const nearest = nearestName(service, [...sdkServices]);
    return nearest === undefined ? undefined : `Did you mean arn:aws:states:::aws-sdk:${nearest}:${action}?`;
  }
  const nearest = nearestName(bare, actionsOf(service));
  const ending = pattern === undefined ? "" : `.${pattern}`;
  return nearest === undefined ? undefined : `Did you mean arn:aws:states:::aws-sdk:${service}:${nearest}${ending}?`;
}
