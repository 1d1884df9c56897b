// Loads the models of services from `models/`, each when it is first asked for.
import { readdirSync, readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { type ServiceModel, shapeOf, structureOf } from "./model.ts";
import { upperFirst } from "./names.ts";

const folder = new URL("../../../models/", import.meta.url);
const ending = ".json.br";

/** The largest, of EC2, takes 20 MB; most take less than one. */
const mostKept = 24;
const loaded = new Map<string, ServiceModel>();
let names: ReadonlySet<string> | undefined;

/** The services that there are models of, as ARNs of `aws-sdk` tasks name them. */
export function modelNames(): ReadonlySet<string> {
  const files = (): readonly string[] => readdirSync(folder).filter((file) => file.endsWith(ending));
  return (names ??= new Set(files().map((file) => file.slice(0, -ending.length))));
}

/** @param service such as `sqs`. */
export function loadModel(service: string): ServiceModel | undefined {
  const known = loaded.get(service);
  if (known !== undefined) {
    // The one that was used last goes last, once some must go.
    if (loaded.size >= mostKept) {
      loaded.delete(service);
      loaded.set(service, known);
    }
    return known;
  }
  if (!modelNames().has(service)) return undefined;
  const text = brotliDecompressSync(readFileSync(new URL(`${service}${ending}`, folder))).toString("utf8");
  const model = JSON.parse(text) as ServiceModel;
  loaded.set(service, model);
  for (const name of loaded.keys()) if (loaded.size > mostKept) loaded.delete(name);
  return model;
}

/**
 * @param action in camelCase, such as `sendMessage`.
 * @returns the operation's name in the model; none for one that streams events, which no task can take or give.
 */
export function operationNamed(model: ServiceModel, action: string): string | undefined {
  let known = operationNames.get(model);
  if (known === undefined) {
    known = new Map();
    operationNames.set(model, known);
  }
  const found = known.get(action);
  if (found !== undefined) return found;
  const name = findOperation(model, action);
  if (name !== undefined) known.set(action, name);
  return name;
}

/** By actions, as far as they were asked for. */
const operationNames = new WeakMap<ServiceModel, Map<string, string>>();

function findOperation(model: ServiceModel, action: string): string | undefined {
  if (!/^[a-z]/.test(action)) return undefined;
  const name = [upperFirst(action), action].find((known) => Object.hasOwn(model.operations, known));
  const operation = name === undefined ? undefined : model.operations[name];
  if (operation === undefined) return undefined;
  return [operation.input, operation.output].some((shape) => streamsEvents(model, shape)) ? undefined : name;
}

function streamsEvents(model: ServiceModel, shape: string | undefined): boolean {
  return Object.values(structureOf(model, shape).members).some((member) => {
    const target = shapeOf(model, member);
    return target.type === "structure" && target.eventstream === true;
  });
}
