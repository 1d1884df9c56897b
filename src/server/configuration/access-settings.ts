// The settings of who may call, for what, and how often: `auth` and `rateLimits`.
import { type Action, operations } from "../../api/model.ts";
import { actionPatternMatches, permittedActions } from "../../api/policy.ts";
import type { KeyConfiguration, SecretSource } from "./access.ts";
import { number, path, text } from "./kinds.ts";
import { byName, type Fields, isMembers, type Kind, list, object, refined } from "./walk.ts";

const secretFields = {
  secretAccessKeyFile: {
    kind: refined(path(), (file): SecretSource => ({ kind: "file", path: file })),
    says: "a file with the secret",
  },
  secretAccessKeyEnv: {
    kind: refined(
      text({
        // Somebody may take it for the secret itself, and must not read that in a log.
        secret: "name of an environment variable",
        advice: "Give the name alone, such as ORDERS_SECRET.",
        accepts: /^[A-Za-z_]\w*$/,
      }),
      (name): SecretSource => ({ kind: "variable", name }),
    ),
    says: "the environment variable of the server that holds the secret",
  },
  secretAccessKey: {
    kind: refined(text({ secret: "secret" }), (secret): SecretSource => ({ kind: "text", secret })),
    says: "the secret itself: for tests",
  },
} satisfies Fields;

const allowance = object(
  {
    actions: {
      kind: list(
        text({
          advice: "Give states: with an action, such as states:Start* or states:*.",
          accepts: { test: (pattern) => permittedActions.some((action) => actionPatternMatches(pattern, action)) },
        }),
        { example: '["states:Start*"]' },
      ),
      says: "`states:` and an action, with `*` and `?` as in IAM",
      isRequired: true,
    },
    resources: {
      kind: list(
        text({
          advice: 'Give "*", or an ARN with * and ?.',
          accepts: /^(?=arn:|\*).{1,2048}$/s,
        }),
        { example: '["arn:aws:states:*:*:stateMachine:order-*"]' },
      ),
      says: "ARNs with `*` and `?`",
      otherwise: "everything",
    },
  },
  '{ "actions": ["states:Start*"] }',
);

const keyObject = object(
  {
    accessKeyId: {
      kind: text({
        advice: "Give 1 to 128 letters, digits, _, . and -.",
        accepts: /^[\w.-]{1,128}$/,
      }),
      says: "1 to 128 letters, digits, `_`, `.` and `-`; AWS's form is not needed",
      isRequired: true,
    },
    ...secretFields,
    allow: {
      kind: list(allowance, { example: '[{ "actions": ["states:Start*"] }]', mayBeEmpty: true }),
      says: "what the key is for; nothing when it is empty",
      otherwise: "everything",
    },
  },
  '{ "accessKeyId": "admin", "secretAccessKeyFile": "admin.secret" }',
);

const accessKey: Kind<KeyConfiguration> = {
  is: keyObject.is,
  nested: keyObject.nested,
  read(value, place) {
    const key = keyObject.read(value, place);
    if (!isMembers(value)) return undefined;
    const names = Object.keys(secretFields);
    const [found, second] = names.filter((name) => value[name] !== undefined);
    if (found === undefined || second !== undefined) {
      const problem = found === undefined ? "no secret" : "several secrets";
      place.report(`${place.name} has ${problem}. Give one of ${names.join(", ")}.`);
    }
    if (key === undefined) return undefined;
    const { accessKeyId, secretAccessKeyFile, secretAccessKeyEnv, secretAccessKey, allow } = key;
    const secret = secretAccessKeyFile ?? secretAccessKeyEnv ?? secretAccessKey;
    return secret && { accessKeyId, secret, allow };
  },
};

const keys = refined(
  list(accessKey, { example: '[{ "accessKeyId": "admin", "secretAccessKeyFile": "admin.secret" }]' }),
  (given, { name, report }) => {
    const ids = given.map(({ accessKeyId }) => accessKeyId);
    for (const id of new Set(ids.filter((each, i) => ids.indexOf(each) !== i)))
      report(`${name} has the access key ${id} twice. Leave one of them out.`);
    return given;
  },
);

export const auth = object(
  { keys: { kind: keys, says: "the [keys](security.md#keys), at least one", isRequired: true } },
  '{ "keys": [{ "accessKeyId": "admin", "secretAccessKeyFile": "admin.secret" }] }',
);

const isRate = (value: number): boolean => value > 0 && value <= 1_000_000_000;
const rateLimit = object(
  {
    bucket: {
      kind: number("Give a number of at least 1.", (value) => isRate(value) && value >= 1),
      says: "requests that may come at once",
      isRequired: true,
    },
    refillPerSecond: {
      kind: number("Give a number above 0.", isRate),
      says: "requests that may come in each second after that",
      isRequired: true,
    },
  },
  '{ "bucket": 1300, "refillPerSecond": 300 }',
);

export const rateLimits = byName(Object.keys(operations) as readonly Action[], rateLimit, {
  name: "<action>",
  example: '{ "StartExecution": { "bucket": 1300, "refillPerSecond": 300 } }',
});
