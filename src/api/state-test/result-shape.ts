// The form of the tables in service-results.ts: what AWS services answer, as far as mocks are checked against it, with the
// names as Step Functions writes them.

export type ResultShape =
  /** Also blobs and timestamps. */
  | {
      readonly type: "string";
      readonly min?: number;
      readonly max?: number;
      readonly enum?: readonly string[];
    }
  | { readonly type: "number"; readonly min?: number; readonly max?: number }
  | { readonly type: "boolean" | "any" }
  | { readonly type: "list" | "map"; readonly item: ResultShape | string }
  | {
      readonly type: "structure";
      readonly members: Readonly<Record<string, ResultShape | string>>;
      readonly required?: readonly string[];
    };
