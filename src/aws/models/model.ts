// Models of AWS services: their operations, and the shapes that go over the wire, as botocore's data has them,
// without documentation and constraints. `scripts/write-service-models.ts` writes them.

export type ProtocolName = "ec2" | "json" | "query" | "rest-json" | "rest-xml" | "smithy-rpc-v2-cbor";

export interface ServiceModel {
  /** Such as `DynamoDb`: what errors begin with; in lower case the service in ARNs. */
  readonly name: string;
  /** Such as `DynamoDB`: what variables of the environment are named after. */
  readonly serviceId: string;
  /** First part of the host in AWS. */
  readonly endpointPrefix: string;
  readonly signingName: string;
  readonly protocol: ProtocolName;
  readonly apiVersion: string;
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  /** The service once spoke the query protocol, and still names errors as it did then. */
  readonly isQueryCompatible?: boolean;
  /** Requests need signatures of another kind than Signature Version 4, such as `sigv4a` or `bearer`. */
  readonly otherSignature?: string;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Errors that the model has: names of shapes, and what the service calls them where that differs. */
  readonly errors: Readonly<Record<string, string | null>>;
}

export interface OperationModel {
  readonly method: string;
  /** Such as `/{Bucket}/{Key+}`. */
  readonly path: string;
  readonly input?: string;
  readonly output?: string;
  /** Root element of the input in XML. */
  readonly locationName?: string;
  readonly xmlNamespace?: string;
  /** Before the host in AWS, such as `api.`, and possibly with a member, such as `{AccountId}.`. */
  readonly hostPrefix?: string;
  readonly responseCode?: number;
  /** Nobody signs it, or nobody signs its body. */
  readonly auth?: "none" | "unsignedBody";
  /** It wants a checksum of its body. */
  readonly isChecksumRequired?: boolean;
  /** Parameters of the rules by which its address in AWS is found. */
  readonly endpointParameters?: Readonly<Record<string, unknown>>;
}

/** Scalars without anything to say of them are not in the table of shapes. */
export type Scalar = "blob" | "boolean" | "double" | "float" | "integer" | "long" | "string" | "timestamp";

export type Shape =
  | StructureShape
  | {
      readonly type: "list";
      readonly member: Member;
      readonly flattened?: true;
      readonly sparse?: true;
    }
  | {
      readonly type: "map";
      readonly key: Member;
      readonly value: Member;
      readonly flattened?: true;
      readonly sparse?: true;
    }
  | { readonly type: "timestamp"; readonly timestampFormat: TimestampFormat }
  | { readonly type: "blob"; readonly streaming: true };

export interface StructureShape {
  readonly type: "structure";
  readonly members: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  /** The member that is the body. */
  readonly payload?: string;
  readonly locationName?: string;
  readonly xmlNamespace?: XmlNamespace;
  /** Any JSON. */
  readonly document?: true;
  readonly union?: true;
  readonly eventstream?: true;
}

export type TimestampFormat = "iso8601" | "rfc822" | "unixTimestamp";
export type XmlNamespace = string | { readonly uri: string; readonly prefix?: string };

/** The name of a shape, `$` and a scalar, or one of them with what is special about the member. */
export type Member = string | MemberTraits;

export interface MemberTraits {
  readonly shape: string;
  readonly location?: "header" | "headers" | "querystring" | "statusCode" | "uri";
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: true;
  readonly xmlNamespace?: XmlNamespace;
  readonly xmlAttribute?: true;
  readonly timestampFormat?: TimestampFormat;
  readonly streaming?: true;
  readonly jsonvalue?: true;
  readonly idempotencyToken?: true;
  readonly hostLabel?: true;
  /** The parameter that it is of the rules by which the service's address in AWS is found. */
  readonly endpointParameter?: string;
}

const scalars: Readonly<Record<string, ScalarShape>> = {
  $blob: { type: "blob" },
  $boolean: { type: "boolean" },
  $double: { type: "double" },
  $float: { type: "float" },
  $integer: { type: "integer" },
  $long: { type: "long" },
  $string: { type: "string" },
  $timestamp: { type: "timestamp" },
};

export interface ScalarShape {
  readonly type: Scalar;
  readonly timestampFormat?: TimestampFormat;
  readonly streaming?: true;
}

export type AnyShape = ScalarShape | Exclude<Shape, { readonly type: Scalar }>;

export function traitsOf(member: Member): MemberTraits {
  return typeof member === "string" ? { shape: member } : member;
}

export function shapeOf({ shapes }: Pick<ServiceModel, "shapes">, member: Member): AnyShape {
  const name = typeof member === "string" ? member : member.shape;
  const shape = scalars[name] ?? shapes[name];
  if (shape === undefined) throw new Error(`The model has no shape ${name}.`);
  return shape;
}

export function structureOf(model: Pick<ServiceModel, "shapes">, name: string | undefined): StructureShape {
  const shape = name === undefined ? undefined : shapeOf(model, name);
  return shape?.type === "structure" ? shape : { type: "structure", members: {} };
}
