// The settings of HTTP tasks: `connections`, what authorizes them, and `httpTasks`, how far they reach. Where a secret belongs,
// only the place of one is taken, and no message repeats what was given instead.
import type { Authorization, Connection, ConnectionParameters, TextSource } from "../../tasks/http/connection.ts";
import { isMessageHeader } from "../../tasks/http/connection.ts";
import { isHeaderName } from "../../tasks/http/invoke-parameters.ts";
import { isHostPattern } from "../../tasks/http/reach.ts";
import { address, path, text } from "./kinds.ts";
import { type Fields, isMembers, type Kind, kindOf, list, named, object, oneOf, refined, refuse } from "./walk.ts";

const variableName = text({
  // Somebody may take it for the secret itself, and must not read that in a log.
  secret: "name of an environment variable",
  advice: "Give the name alone, such as API_KEY.",
  accepts: /^[A-Za-z_]\w*$/,
});
const place = object(
  { env: { kind: variableName, says: "" }, file: { kind: path(), says: "" } },
  '{ "env": "API_KEY" }',
);
const placeAdvice = 'Give { "env": "NAME" } or { "file": "path" }.';

/** The place of a secret: an environment variable or a file. */
const secret: Kind<TextSource> = {
  is: '`{ "env": "NAME" }` or `{ "file": "path" }`',
  read(value, at) {
    if (!isMembers(value)) return refuse(kindOf(value), `Secrets do not stand in this file. ${placeAdvice}`, at);
    const given = place.read(value, at);
    if (given === undefined) return undefined;
    const { env, file } = given;
    if (env !== undefined && file === undefined) return { kind: "variable", name: env };
    if (file !== undefined && env === undefined) return { kind: "file", path: file };
    // A member that was refused has been told of already.
    if (value["env"] !== undefined && value["file"] !== undefined) return refuse("both", placeAdvice, at);
    return Object.keys(value).length === 0 ? refuse("empty", placeAdvice, at) : undefined;
  },
};

/** A text, or the place of one. */
const textOrSecret: Kind<TextSource> = {
  is: "text, or like `apiKey.value`",
  read(value, at) {
    if (typeof value === "string") return { kind: "text", text: value };
    return isMembers(value)
      ? secret.read(value, at)
      : refuse(kindOf(value), `Give a text, ${placeAdvice.slice(5)}`, at);
  },
};

const headerAdvice = "Give the name of a header other than Host, Content-Length and those of the connection itself.";
const headerName = { test: (name: string) => isHeaderName(name) && !isMessageHeader(name) };
const anyName = { test: (name: string) => name !== "" && name.length <= 512 };

const parameterFields = {
  headers: {
    kind: named(textOrSecret, { accepts: headerName, advice: headerAdvice, example: '{ "x-tenant": "a" }' }),
    says: "headers of every request",
  },
  query: {
    kind: named(textOrSecret, { accepts: anyName, advice: "Give a name.", example: '{ "version": "2" }' }),
    says: "members of its query",
  },
  body: {
    kind: named(textOrSecret, { accepts: anyName, advice: "Give a name.", example: '{ "tenant": "a" }' }),
    says: "members of its body",
  },
} satisfies Fields;

type Given = { readonly [Name in keyof typeof parameterFields]?: ReadonlyMap<string, TextSource> | undefined };

function parametersOf({ headers, query, body }: Given): ConnectionParameters<TextSource> {
  return { headers: headers ?? new Map(), query: query ?? new Map(), body: body ?? new Map() };
}

const authorizations = {
  apiKey: {
    kind: refined(
      object(
        {
          name: {
            kind: text({ accepts: headerName, advice: headerAdvice }),
            says: "the header that carries it, such as `Authorization` or `x-api-key`",
            isRequired: true,
          },
          value: { kind: secret, says: "where the whole value of the header is", isRequired: true },
        },
        '{ "name": "x-api-key", "value": { "env": "API_KEY" } }',
      ),
      ({ name, value }): Authorization<TextSource> => ({ kind: "apiKey", name, value }),
    ),
    says: "authorization by a key",
  },
  basic: {
    kind: refined(
      object(
        {
          username: { kind: textOrSecret, says: "a name", isRequired: true },
          password: { kind: secret, says: "where the password is", isRequired: true },
        },
        '{ "username": "pawl", "password": { "env": "API_PASSWORD" } }',
      ),
      ({ username, password }): Authorization<TextSource> => ({ kind: "basic", username, password }),
    ),
    says: "authorization by a name and password",
  },
  oauth: {
    kind: refined(
      object(
        {
          endpoint: { kind: address(), says: "where tokens are had", isRequired: true },
          method: { kind: oneOf(["POST", "GET", "PUT"]), says: "how they are asked for", otherwise: '`"POST"`' },
          clientId: { kind: textOrSecret, says: "the client", isRequired: true },
          clientSecret: { kind: secret, says: "where its secret is", isRequired: true },
          headers: { ...parameterFields.headers, says: "headers of the request for a token" },
          query: { ...parameterFields.query, says: "members of its query" },
          body: { ...parameterFields.body, says: "members of its form, such as `scope` and `audience`" },
        },
        '{ "endpoint": "https://…", "clientId": "pawl", "clientSecret": { "env": "OAUTH_SECRET" } }',
      ),
      ({ endpoint, method = "POST", clientId, clientSecret, ...given }): Authorization<TextSource> => ({
        kind: "oauth",
        endpoint,
        method,
        clientId,
        clientSecret,
        parameters: parametersOf(given),
      }),
    ),
    says: "authorization by OAuth's client credentials",
  },
} satisfies Fields;

const host = text({
  advice: "Give a host such as api.example.com, *.example.com or 10.0.0.7:8443, without https:// and without a path.",
  accepts: { test: isHostPattern },
});
const hosts = list(host, { example: '["api.example.com"]' });

const connection = refined(
  object(
    {
      ...authorizations,
      ...parameterFields,
      hosts: { kind: hosts, says: "the only hosts that it is for", otherwise: "all" },
    },
    '{ "apiKey": { "name": "x-api-key", "value": { "env": "API_KEY" } } }',
  ),
  ({ apiKey, basic, oauth, hosts: only, ...given }, at): Connection<TextSource> | undefined => {
    const [authorization, second] = [apiKey, basic, oauth].filter((each) => each !== undefined);
    if (second !== undefined) return refuse("authorized twice", 'Give one of "apiKey", "basic" and "oauth".', at);
    return { authorization, parameters: parametersOf(given), hosts: only };
  },
);

export const connections = named(connection, {
  accepts: /^[\w.-]{1,64}$|^arn:[a-z-]+:events:[a-z0-9-]*:\d*:connection\/[\w.-]{1,64}(\/[\w-]{1,64})?$/,
  advice: "Give the name of a connection, of letters, digits, '-', '_' and '.', or its ARN.",
  example: '{ "stripe": { "apiKey": { "name": "Authorization", "value": { "env": "STRIPE_KEY" } } } }',
});

export const httpTasks = object(
  {
    hosts: {
      kind: hosts,
      says: "the only hosts that `http:invoke` may call, with `*.` for names below",
      otherwise: "all",
    },
    plainHosts: { kind: hosts, says: "hosts that it may call by `http://`", otherwise: "loopback" },
  },
  '{ "hosts": ["api.example.com"] }',
);
