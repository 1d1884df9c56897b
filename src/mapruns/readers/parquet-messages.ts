// The messages between the thread that reads Parquet and the one that asks it. The thread is asked for one thing at a time,
// and asks for bytes meanwhile.

export type ParquetQuestion =
  | { readonly kind: "open"; readonly size: number }
  | { readonly kind: "rows"; readonly from: number; readonly most: number }
  | { readonly kind: "bytes"; readonly bytes: ArrayBuffer };

export type ParquetAnswer =
  | { readonly kind: "opened"; readonly rows: number }
  /** JSON texts. */
  | { readonly kind: "rows"; readonly rows: readonly string[] }
  | { readonly kind: "wantsBytes"; readonly start: number; readonly end: number }
  | { readonly kind: "problem"; readonly message: string };

/** AWS's quotas. */
export const maxFooterBytes = 5 * 1024 * 1024;
export const maxRowGroupBytes = 256 * 1024 * 1024;
