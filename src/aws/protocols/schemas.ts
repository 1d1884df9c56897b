// Shapes of our models as schemas of @smithy/core, by which its protocols write requests and read responses. A schema is
// made when it is first asked for.
import {
  type Member,
  type MemberTraits,
  type OperationModel,
  type ServiceModel,
  shapeOf,
  type StructureShape,
  structureOf,
  type TimestampFormat,
  traitsOf,
  type XmlNamespace,
} from "../models/model.ts";

/** A schema, or a function that gives it. Its parts are arrays without types of their own. */
type Schema = number | string | readonly unknown[] | (() => Schema);
type Traits = { [name: string]: unknown };

export interface OperationSchema {
  readonly namespace: string;
  readonly name: string;
  readonly traits: Traits;
  readonly input: Schema;
  readonly output: Schema;
}

/** The numbers that stand for simple schemas (`@smithy/types`: sentinels of schemas). */
const simple = {
  string: 0,
  integer: 1,
  long: 1,
  float: 1,
  double: 1,
  boolean: 2,
  timestamp: 4,
  document: 15,
  blob: 21,
  streamingBlob: 42,
} as const;
const timestamps: Readonly<Record<TimestampFormat, number>> = { iso8601: 5, rfc822: 6, unixTimestamp: 7 };

/** The namespace of names that no protocol shows. */
const namespace = "aws";

type Direction = "input" | "output";

export class Schemas {
  readonly #model: ServiceModel;
  readonly #shapes = new Map<string, () => Schema>();
  readonly #operations = new Map<string, OperationSchema>();

  constructor(model: ServiceModel) {
    this.#model = model;
  }

  operation(name: string, operation: OperationModel): OperationSchema {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const input = structureOf(this.#model, operation.input);
    const path = pathByMembers(operation.path, input);
    const schema: OperationSchema = {
      namespace,
      name,
      traits: {
        http: [operation.method, path, operation.responseCode ?? 200],
        ...(operation.hostPrefix === undefined ? {} : { endpoint: [operation.hostPrefix] }),
      },
      input: operation.input === undefined ? "unit" : this.#input(operation.input, operation),
      output: operation.output === undefined ? "unit" : this.#structure(operation.output, "output"),
    };
    this.#operations.set(name, schema);
    return schema;
  }

  /** The root element of an input in XML has the name that its operation gives it, unless its shape has one. */
  #input(name: string, { locationName, xmlNamespace }: OperationModel): Schema {
    const structure = this.#structure(name, "input");
    const isNamed = structureOf(this.#model, name).locationName !== undefined;
    if (!Array.isArray(structure) || locationName === undefined || isNamed) return structure;
    const [kind, space, , traits, ...rest] = structure;
    return [kind, space, locationName, { ...traits, xmlName: locationName, ...namespaceTrait(xmlNamespace) }, ...rest];
  }

  #structure(name: string, direction?: Direction): Schema {
    const shape = structureOf(this.#model, name);
    if (shape.document === true) return simple.document;
    const members = Object.entries(shape.members);
    return [
      shape.union === true ? 4 : 3,
      namespace,
      shape.locationName ?? name,
      {
        ...(shape.locationName === undefined ? {} : { xmlName: shape.locationName }),
        ...namespaceTrait(shape.xmlNamespace),
        ...(shape.eventstream === true ? { streaming: 1 } : {}),
      },
      members.map(([memberName]) => memberName),
      members.map(([memberName, member]) => [
        this.#reference(member, direction),
        this.#memberTraits(memberName, member, shape),
      ]),
    ];
  }

  /** @param direction of the structure whose member it is, where that is a whole request or response. */
  #reference(member: Member, direction?: Direction): Schema {
    const { shape: name, timestampFormat, streaming } = traitsOf(member);
    const shape = shapeOf(this.#model, member);
    if (shape.type === "timestamp") {
      const format = timestampFormat ?? shape.timestampFormat;
      return format === undefined ? simple.timestamp : timestamps[format];
    }
    if (shape.type === "blob") {
      // Responses are read as a whole.
      const isStream = direction === "input" && (streaming === true || shape.streaming === true);
      return isStream ? simple.streamingBlob : simple.blob;
    }
    if (shape.type !== "structure" && shape.type !== "list" && shape.type !== "map") return simple[shape.type];
    return this.#composed(name);
  }

  #composed(name: string): Schema {
    const known = this.#shapes.get(name);
    if (known !== undefined) return known;
    let schema: Schema | undefined;
    const reference = (): Schema => (schema ??= this.#make(name));
    this.#shapes.set(name, reference);
    return reference;
  }

  #make(name: string): Schema {
    const shape = shapeOf(this.#model, name);
    switch (shape.type) {
      case "list":
        return [1, namespace, name, sparseTrait(shape), this.#element(shape.member)];
      case "map":
        return [2, namespace, name, sparseTrait(shape), this.#element(shape.key), this.#element(shape.value)];
      default:
        return this.#structure(name);
    }
  }

  #element(member: Member): Schema {
    const { locationName, xmlNamespace } = traitsOf(member);
    const traits = {
      ...(locationName === undefined ? {} : { xmlName: locationName }),
      ...namespaceTrait(xmlNamespace),
    };
    return [this.#reference(member), traits];
  }

  #memberTraits(name: string, member: Member, structure: StructureShape): Traits {
    const traits = traitsOf(member);
    const shape = shapeOf(this.#model, member);
    const isFlatList = shape.type === "list" && shape.flattened === true;
    const isFlattened = traits.flattened === true || isFlatList || (shape.type === "map" && shape.flattened === true);
    const elementName = isFlatList ? traitsOf(shape.member).locationName : undefined;
    const { queryName, idempotencyToken, hostLabel, xmlAttribute, jsonvalue } = traits;
    return {
      ...locationTrait(name, traits, shape.type === "map"),
      ...wireNames(traits, elementName),
      ...(isFlattened ? { xmlFlattened: 1 } : {}),
      ...(xmlAttribute === true ? { xmlAttribute: 1 } : {}),
      ...namespaceTrait(traits.xmlNamespace),
      ...(queryName === undefined ? {} : { ec2QueryName: queryName }),
      ...(structure.payload === name ? { httpPayload: 1 } : {}),
      ...(idempotencyToken === true ? { idempotencyToken: 1 } : {}),
      ...(hostLabel === true ? { hostLabel: 1 } : {}),
      ...(jsonvalue === true ? { mediaType: "application/json" } : {}),
    };
  }
}

function locationTrait(name: string, { location, locationName = name }: MemberTraits, isMap: boolean): Traits {
  switch (location) {
    case "header":
      return { httpHeader: locationName };
    case "headers":
      return { httpPrefixHeaders: locationName };
    case "querystring":
      return isMap ? { httpQueryParams: 1 } : { httpQuery: locationName };
    case "uri":
      return { httpLabel: 1 };
    case "statusCode":
      return { httpResponseCode: 1 };
    default:
      return {};
  }
}

/** Elements of a flattened list stand where the list would, under its name, or under one of their own where it has none. */
function wireNames({ location, locationName }: MemberTraits, elementName: string | undefined): Traits {
  if (location !== undefined) return {};
  const xmlName = locationName ?? elementName;
  return {
    ...(locationName === undefined ? {} : { jsonName: locationName }),
    ...(xmlName === undefined ? {} : { xmlName }),
  };
}

function sparseTrait({ sparse }: { readonly sparse?: true }): Traits {
  return sparse === true ? { sparse: 1 } : {};
}

function namespaceTrait(xmlNamespace: XmlNamespace | undefined): Traits {
  if (xmlNamespace === undefined) return {};
  if (typeof xmlNamespace === "string") return { xmlNamespace: [undefined, xmlNamespace] };
  return { xmlNamespace: [xmlNamespace.prefix, xmlNamespace.uri] };
}

/** Labels are named as on the wire in the model, and as members in schemas. */
function pathByMembers(path: string, { members }: StructureShape): string {
  const names = new Map(
    Object.entries(members).flatMap(([name, member]) => {
      const { location, locationName = name } = traitsOf(member);
      return location === "uri" ? [[locationName, name] as const] : [];
    }),
  );
  return path.replaceAll(
    /\{([^{}+]+)(\+?)\}/g,
    (_, label: string, plus: string) => `{${names.get(label) ?? label}${plus}}`,
  );
}
