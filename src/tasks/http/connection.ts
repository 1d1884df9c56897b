// Connections: the authorization of HTTP tasks and the parameters that their requests get beside those of the workflow.
// EventBridge has the same under the same names.

/** A text, or the place of one that is a secret: an environment variable of the server, or a file with an absolute path. */
export type TextSource =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** Added to every request, and stronger than what the workflow gives under the same names. */
export interface ConnectionParameters<Text> {
  readonly headers: ReadonlyMap<string, Text>;
  readonly query: ReadonlyMap<string, Text>;
  readonly body: ReadonlyMap<string, Text>;
}

export interface OAuth<Text> {
  readonly kind: "oauth";
  /** Where tokens are had. */
  readonly endpoint: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly clientId: Text;
  readonly clientSecret: Text;
  readonly parameters: ConnectionParameters<Text>;
}

export type Authorization<Text> =
  /** A header of any name. */
  | { readonly kind: "apiKey"; readonly name: string; readonly value: Text }
  | { readonly kind: "basic"; readonly username: Text; readonly password: Text }
  | OAuth<Text>;

export interface Connection<Text> {
  readonly authorization?: Authorization<Text> | undefined;
  readonly parameters: ConnectionParameters<Text>;
  /** The only hosts that it may be used for, as patterns; all that tasks may call when absent. */
  readonly hosts?: readonly string[] | undefined;
}

/** The texts of a connection, wherever in it. */
export function textsOf<Text>({ authorization, parameters }: Connection<Text>): readonly Text[] {
  const texts = (given: ConnectionParameters<Text>): readonly Text[] => [
    ...given.headers.values(),
    ...given.query.values(),
    ...given.body.values(),
  ];
  const own = texts(parameters);
  switch (authorization?.kind) {
    case undefined:
      return own;
    case "apiKey":
      return [...own, authorization.value];
    case "basic":
      return [...own, authorization.username, authorization.password];
    case "oauth":
      return [...own, authorization.clientId, authorization.clientSecret, ...texts(authorization.parameters)];
  }
}

/** Connections of the configuration, by names or ARNs. */
export type ConnectionConfigurations = ReadonlyMap<string, Connection<TextSource>>;

/** Headers that say where a message ends, and whose it is: nobody gives them. */
export function isMessageHeader(name: string): boolean {
  return /^(host|content-length|transfer-encoding|connection|keep-alive|proxy-connection|upgrade|te|trailer|expect)$/i.test(
    name,
  );
}

const connectionArn = /^arn:[a-z-]+:events:[a-z0-9-]*:\d*:connection\/([^/]+)(?:\/[^/]+)?$/;

/** The name in the ARN of a connection; another text is taken for a name. */
export function connectionNameOf(arn: string): string {
  return connectionArn.exec(arn)?.[1] ?? arn;
}

/** The connection that the configuration has under the ARN, the ARN without its last part, or the name. */
export function findConnection(connections: ConnectionConfigurations, arn: string): Connection<TextSource> | undefined {
  const withoutId = arn.replace(/(:connection\/[^/]+)\/[^/]+$/, "$1");
  return connections.get(arn) ?? connections.get(withoutId) ?? connections.get(connectionNameOf(arn));
}

/** The line of the configuration that a connection takes. */
export function connectionLine(arn: string): string {
  const name = connectionNameOf(arn);
  const variable = `${name.replace(/\W+/g, "_").toUpperCase()}_KEY`;
  return `"connections": { ${JSON.stringify(name)}: { "apiKey": { "name": "Authorization", "value": { "env": "${variable}" } } } }`;
}
