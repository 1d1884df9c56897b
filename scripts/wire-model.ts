// One service of botocore's data, reduced to what goes over the wire.
import { sdkName } from "../src/aws/models/names.ts";
import type {
  Member,
  OperationModel,
  ProtocolName,
  ServiceModel,
  Shape,
  XmlNamespace,
} from "../src/aws/models/model.ts";

type Traits = Readonly<Record<string, unknown>> & { readonly shape: string };

interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Traits>>;
  readonly member?: Traits;
  readonly key?: Traits;
  readonly value?: Traits;
  readonly required?: readonly string[];
  readonly exception?: boolean;
  readonly error?: { readonly code?: string };
  readonly document?: boolean;
  readonly timestampFormat?: string;
  readonly streaming?: boolean;
}

interface BotocoreOperation {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: Traits;
  readonly output?: Traits;
  readonly endpoint?: { readonly hostPrefix?: string };
  readonly authtype?: string;
  readonly unsignedPayload?: boolean;
  readonly httpChecksumRequired?: boolean;
  readonly httpChecksum?: { readonly requestChecksumRequired?: boolean };
  readonly staticContextParams?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface BotocoreModel {
  readonly metadata: {
    readonly serviceId: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
    readonly protocol: string;
    readonly apiVersion: string;
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly xmlNamespace?: XmlNamespace;
    readonly awsQueryCompatible?: unknown;
    readonly signatureVersion?: string;
    readonly auth?: readonly string[];
  };
  readonly operations: Readonly<Record<string, BotocoreOperation>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

export function wireModel({ metadata, operations, shapes }: BotocoreModel): ServiceModel {
  const { serviceId, endpointPrefix, apiVersion, jsonVersion, targetPrefix, xmlNamespace } = metadata;
  return {
    name: sdkName(serviceId),
    serviceId,
    endpointPrefix,
    signingName: metadata.signingName ?? endpointPrefix,
    protocol: metadata.protocol as ProtocolName,
    apiVersion,
    ...present({
      jsonVersion,
      targetPrefix,
      xmlNamespace: uriOf(xmlNamespace),
      otherSignature: otherSignature(metadata),
    }),
    ...(metadata.awsQueryCompatible === undefined ? {} : { isQueryCompatible: true }),
    operations: mapped(operations, wireOperation),
    shapes: reachable(operations, shapes),
    errors: errorsOf(shapes),
  };
}

function otherSignature({ auth = [], signatureVersion }: BotocoreModel["metadata"]): string | undefined {
  if (auth.length === 0) return signatureVersion === "bearer" ? signatureVersion : undefined;
  return auth.includes("aws.auth#sigv4") ? undefined : auth[0]?.split("#").at(-1);
}

function uriOf(namespace: XmlNamespace | undefined): string | undefined {
  return typeof namespace === "object" ? namespace.uri : namespace;
}

function wireOperation(operation: BotocoreOperation): OperationModel {
  const { http, input, output, endpoint, authtype, httpChecksum } = operation;
  const unsignedBody = operation.unsignedPayload === true || authtype === "v4-unsigned-body";
  const isChecksumRequired = operation.httpChecksumRequired ?? httpChecksum?.requestChecksumRequired ?? false;
  return {
    method: http.method,
    path: http.requestUri,
    ...present({
      input: input?.shape,
      output: output?.shape,
      locationName: input?.["locationName"] as string | undefined,
      xmlNamespace: uriOf(input?.["xmlNamespace"] as XmlNamespace | undefined),
      hostPrefix: endpoint?.hostPrefix,
      responseCode: http.responseCode === 200 ? undefined : http.responseCode,
      auth: authtype === "none" ? ("none" as const) : unsignedBody ? ("unsignedBody" as const) : undefined,
      isChecksumRequired: isChecksumRequired || undefined,
      endpointParameters: operation.staticContextParams && mapped(operation.staticContextParams, ({ value }) => value),
    }),
  };
}

type Shapes = BotocoreModel["shapes"];

/** Errors are shown by their names alone: their members are not kept. */
function reachable(operations: BotocoreModel["operations"], shapes: Shapes): ServiceModel["shapes"] {
  const found: { [name: string]: Shape } = {};
  const visit = (name: string): void => {
    const { [name]: shape } = shapes;
    if (shape === undefined || isPlain(shape) || found[name] !== undefined) return;
    found[name] = wireShape(shape, shapes);
    const { members = {}, member, key, value } = shape;
    if (shape.document !== true) for (const inner of Object.values(members)) visit(inner.shape);
    for (const inner of [member, key, value]) if (inner !== undefined) visit(inner.shape);
  };
  for (const { input, output } of Object.values(operations)) {
    for (const shape of [input, output]) if (shape !== undefined) visit(shape.shape);
  }
  return found;
}

const composed: ReadonlySet<string> = new Set(["structure", "list", "map"]);

function isPlain({ type, timestampFormat, streaming }: BotocoreShape): boolean {
  return !composed.has(type) && timestampFormat === undefined && streaming === undefined;
}

const shapeTraits = [
  "payload",
  "locationName",
  "xmlNamespace",
  "document",
  "union",
  "eventstream",
  "flattened",
  "sparse",
  "timestampFormat",
  "streaming",
] as const;
const memberTraits = [
  "location",
  "locationName",
  "queryName",
  "flattened",
  "xmlNamespace",
  "xmlAttribute",
  "timestampFormat",
  "streaming",
  "jsonvalue",
  "idempotencyToken",
  "hostLabel",
] as const;

function wireShape(shape: BotocoreShape, shapes: Shapes): Shape {
  const traits = kept(shape, shapeTraits);
  const { type, members = {}, required = [], member, key, value } = shape;
  const wire = (traitsOfMember: Traits | undefined): Member | undefined =>
    traitsOfMember && wireMember(traitsOfMember, shapes);
  if (type !== "structure")
    return present({ type, member: wire(member), key: wire(key), value: wire(value), ...traits }) as Shape;
  return {
    type,
    members: shape.document === true ? {} : mapped(members, (inner) => wireMember(inner, shapes)),
    ...(required.length === 0 ? {} : { required }),
    ...traits,
  };
}

function wireMember(traits: Traits, shapes: Shapes): Member {
  const { [traits.shape]: target } = shapes;
  const shape =
    target !== undefined && isPlain(target) ? `$${target.type === "character" ? "string" : target.type}` : traits.shape;
  const { contextParam } = traits;
  const special = {
    ...kept(traits, memberTraits),
    ...(contextParam === undefined ? {} : { endpointParameter: (contextParam as { readonly name: string }).name }),
  };
  return Object.keys(special).length === 0 ? shape : { shape, ...special };
}

function kept(from: object, names: readonly string[]): object {
  const all = Object.entries(from).filter(([name, value]) => names.includes(name) && value !== false);
  return Object.fromEntries(all);
}

function errorsOf(shapes: Shapes): ServiceModel["errors"] {
  const errors = Object.entries(shapes).filter(([, { exception, error }]) => exception === true || error !== undefined);
  return Object.fromEntries(
    errors.map(([name, { error }]) => [name, error?.code === undefined || error.code === name ? null : error.code]),
  );
}

function mapped<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Without the members that are undefined. */
function present<T extends object>(members: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
