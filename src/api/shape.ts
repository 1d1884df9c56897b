// The form of the table in model.ts: what the service model says about the shapes of requests.

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}
export interface StringShape extends Bounds {
  readonly type: "string";
  readonly pattern?: string;
  /** In the order in which AWS lists them in its message. */
  readonly enum?: readonly string[];
  /** AWS does not repeat the value of a sensitive member in its messages. */
  readonly isSensitive?: true;
  /** The limit counts UTF-8 bytes, not characters. */
  readonly isPayload?: true;
}
export interface NumberShape extends Bounds {
  readonly type: "integer" | "long" | "float";
  readonly isSensitive?: true;
}
export interface BooleanShape {
  readonly type: "boolean";
}
export interface ListShape extends Bounds {
  readonly type: "list";
  readonly member: string;
}
export interface StructureShape {
  readonly type: "structure";
  readonly members: readonly Member[];
}
export interface Member {
  readonly name: string;
  readonly shape: string;
  readonly isRequired?: true;
}
export type Shape = StringShape | NumberShape | BooleanShape | ListShape | StructureShape;
