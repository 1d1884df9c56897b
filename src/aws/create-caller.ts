// Calls any action of any AWS service: from the input of a task to a signed request, and from the response to its result.
import type { AwsAnswer, AwsCall, AwsRefused, CallAws } from "./call.ts";
import { AssumedRoles } from "./assumed-roles.ts";
import { type CallApi, createApiCaller } from "./call-api.ts";
import { customHeaders, customInput, customResponse } from "./customisations.ts";
import type { Credentials } from "./endpoint.ts";
import { exchange, type ExchangeAnswer, headerPairs } from "./exchange.ts";
import { loadModel, operationNamed } from "./models/load-model.ts";
import type { MemberNames } from "./models/names.ts";
import { type OperationModel, type ServiceModel, structureOf, traitsOf } from "./models/model.ts";
import type { ServiceProtocol, WireRequest } from "./protocols/protocol.ts";
import { signedHeadersOf } from "./sigv4.ts";
import { type Target, Targets, type TargetsOptions } from "./targets.ts";
import { type InputMembers, readInput } from "./values/input.ts";
import { writeOutput } from "./values/output.ts";

export interface CallerOptions extends TargetsOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The most that is read of an answer: in XML a result of 256 KB may take several times as much. */
const maxAnswerBytes = 6 * 1024 * 1024;

export interface Callers {
  readonly callAws: CallAws;
  readonly callApi: CallApi;
}

export function createCallers(options: CallerOptions): Callers {
  const { now } = options;
  const targets = new Targets(options);
  const roles = new AssumedRoles({ callAws, now });

  async function callAws(call: AwsCall, signal: AbortSignal): Promise<AwsAnswer> {
    const prepared = prepare(call);
    if (prepared.kind === "invalid") return prepared;
    const target = await targets.targetOf(prepared.model, call.region);
    if (target.kind === "notConfigured") return target;
    const credentials = await credentialsFor(target, call.roleArn);
    if ("kind" in credentials) return credentials;
    return perform({ ...prepared, target, credentials, now }, signal);
  }

  async function credentialsFor(target: Target, roleArn: string | undefined): Promise<Credentials | Problem> {
    const own = await ownCredentials(targets, target);
    if ("kind" in own || roleArn === undefined) return own;
    // An emulator without STS knows no roles. AWS does: there the server's own rights would be others than those of the role.
    const assumed = await roles.credentialsOf(roleArn);
    return "kind" in assumed && assumed.kind === "notConfigured" && target.kind === "endpoint" ? own : assumed;
  }

  return { callAws, callApi: createApiCaller({ targets, credentialsFor, now }) };
}

type Problem = Exclude<AwsAnswer, { readonly kind: "answered" }>;

interface Prepared {
  readonly kind: "prepared";
  readonly model: ServiceModel;
  readonly name: string;
  readonly operation: OperationModel;
  readonly names: MemberNames | undefined;
  readonly members: InputMembers;
}

function prepare({
  service,
  action,
  input,
  names,
  idempotencyToken,
}: AwsCall): Prepared | (Problem & { readonly kind: "invalid" }) {
  const model = loadModel(service);
  const name = model && operationNamed(model, action);
  const operation = name === undefined ? undefined : model?.operations[name];
  if (model === undefined || name === undefined || operation === undefined) {
    return { kind: "invalid", message: `Pawl knows no action ${service}:${action}` };
  }
  if (model.otherSignature !== undefined) {
    const message = `${model.serviceId} takes no requests that are signed with Signature Version 4 but with ${model.otherSignature}, which Pawl cannot make`;
    return { kind: "invalid", message };
  }
  const read = readInput(input, { model, shape: operation.input, names, idempotencyToken });
  if (read.kind === "problem") return { kind: "invalid", message: read.problem };
  return { kind: "prepared", model, name, operation, names, members: customInput(model, read.members) };
}

async function ownCredentials(targets: Targets, target: Target): Promise<Credentials | Problem> {
  try {
    return await targets.credentialsFor(target);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: "notConfigured",
      message: `There are no credentials to call AWS with, so nothing was called. ${reason}`,
    };
  }
}

interface Request extends Prepared {
  readonly target: Exclude<Target, { readonly kind: "notConfigured" }>;
  readonly credentials: Credentials;
  readonly now: () => number;
}

async function perform(request: Request, signal: AbortSignal): Promise<AwsAnswer> {
  const { model, name, operation, members } = request;
  const protocol = await protocolOf(model);
  let wire: WireRequest;
  let place: Place;
  try {
    wire = await protocol.write(name, operation, members);
    place = await placeOf(request, wire);
  } catch (error) {
    return { kind: "invalid", message: error instanceof Error ? error.message : String(error) };
  }
  const target = `${place.path}${wire.target}`;
  const outcome = await exchange({
    method: wire.method,
    url: place.url,
    target,
    headers: headersOf(request, { wire, place, target }),
    body: wire.body,
    maxBytes: maxAnswerBytes,
    signal,
  });
  switch (outcome.kind) {
    case "answered":
      return answerOf(request, protocol, outcome);
    case "tooLarge":
      return { kind: "tooLarge", message: `The answer is larger than ${maxAnswerBytes} bytes.` };
    case "unreachable":
      return outcome;
    default:
      return { kind: "unreachable", message: "The request was given up." };
  }
}

/** Kept as long as its model is. */
const protocols = new WeakMap<ServiceModel, ServiceProtocol>();

async function protocolOf(model: ServiceModel): Promise<ServiceProtocol> {
  const known = protocols.get(model);
  if (known !== undefined) return known;
  // The libraries are loaded by those who call something.
  const { ServiceProtocol: Protocol } = await import("./protocols/protocol.ts");
  const protocol = new Protocol(model);
  protocols.set(model, protocol);
  return protocol;
}

interface Place {
  readonly url: URL;
  readonly host: string;
  /** Before the path of a request; empty for most. */
  readonly path: string;
  readonly region: string;
  readonly signingName: string;
}

/** Only hosts of AWS itself have a part for each operation. */
async function placeOf({ model, operation, members, target }: Request, wire: WireRequest): Promise<Place> {
  const { region } = target;
  const { signingName } = model;
  if (target.kind === "endpoint") return { ...addressOf(target.url), region, signingName };
  const { awsEndpointOf } = await import("./aws-endpoints.ts");
  const found = awsEndpointOf(model.name.toLowerCase(), region, endpointParameters(model, operation, members));
  const url = new URL(found.url);
  url.hostname = `${wire.hostPrefix}${url.hostname}`;
  const [signingRegion, name] = [found.signingRegion ?? region, found.signingName ?? signingName];
  return { ...addressOf(url), region: signingRegion, signingName: name };
}

const addresses = new WeakMap<URL, Pick<Place, "url" | "host" | "path">>();

/** Kept as long as the target is: taking addresses apart is dear. */
function addressOf(url: URL): Pick<Place, "url" | "host" | "path"> {
  let address = addresses.get(url);
  if (address === undefined) {
    address = { url, host: url.host, path: url.pathname.replace(/\/$/, "") };
    addresses.set(url, address);
  }
  return address;
}

function endpointParameters(
  model: ServiceModel,
  operation: OperationModel,
  members: InputMembers,
): Readonly<Record<string, string | boolean>> {
  const parameters: { [name: string]: string | boolean } = {};
  for (const [name, value] of Object.entries(operation.endpointParameters ?? {})) {
    if (typeof value === "string" || typeof value === "boolean") parameters[name] = value;
  }
  // The paths of S3 have the bucket in them, so that its host needs none.
  if (model.name === "S3") return parameters;
  for (const [name, member] of Object.entries(structureOf(model, operation.input).members)) {
    const { endpointParameter } = traitsOf(member);
    const { [name]: value } = members;
    const isGiven = typeof value === "string" || typeof value === "boolean";
    if (endpointParameter !== undefined && isGiven) parameters[endpointParameter] = value;
  }
  return parameters;
}

interface Addressed {
  readonly wire: WireRequest;
  readonly place: Place;
  readonly target: string;
}

function headersOf(
  { model, operation, credentials, now }: Request,
  { wire, place, target }: Addressed,
): Readonly<Record<string, string>> {
  const headers = { ...customHeaders(model), ...wire.headers };
  if (operation.auth === "none") return headers;
  return signedHeadersOf({
    ...credentials,
    method: wire.method,
    url: { host: place.host, target },
    headers,
    body: wire.body,
    isS3: place.signingName.startsWith("s3"),
    isBodyUnsigned: operation.auth === "unsignedBody",
    region: place.region,
    service: place.signingName,
    epochMs: now(),
  });
}

async function answerOf(
  { model, name, operation, names }: Request,
  protocol: ServiceProtocol,
  exchanged: ExchangeAnswer,
): Promise<AwsAnswer> {
  const response = customResponse(model, exchanged);
  const { headers, status } = exchanged;
  const answer = await protocol.read(name, operation, response);
  const requestId = requestIdOf(headers);
  switch (answer.kind) {
    case "answered": {
      const output = writeOutput(answer.output, { model, shape: operation.output, names });
      return {
        kind: "answered",
        output,
        status,
        requestId,
        // Few look at them.
        get headers() {
          return headerPairs(exchanged);
        },
      };
    }
    case "refused":
      return refusalOf({ ...answer, requestId: requestId || answer.requestId }, model, {
        ...exchanged,
        status: response.status,
      });
    case "unreadable":
      return response.status < 300
        ? { kind: "unreachable", message: `The answer is not one of ${model.serviceId}: ${answer.message}` }
        : refusalOf({ code: "", message: "", requestId }, model, exchanged);
  }
}

function requestIdOf(headers: Readonly<Record<string, string>>): string {
  return headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"] ?? "";
}

interface Told extends Pick<AwsRefused, "code" | "message" | "requestId"> {
  readonly shape?: string | undefined;
}

function refusalOf(
  { code, shape = code, message, requestId }: Told,
  { errors }: ServiceModel,
  exchanged: ExchangeAnswer,
): AwsRefused {
  const { status, headers } = exchanged;
  const named = [shape, code].find((name) => Object.hasOwn(errors, name));
  const modelled = named ?? Object.keys(errors).find((name) => errors[name] === code);
  return {
    kind: "refused",
    status,
    code,
    modelled: code === "" ? undefined : modelled,
    message: message === "" && code === "" ? `The service answered with the status ${status}.` : message,
    requestId,
    extendedRequestId: headers["x-amz-id-2"],
  };
}
