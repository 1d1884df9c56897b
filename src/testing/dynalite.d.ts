// Types of dynalite, a DynamoDB in JavaScript, as far as tests use it.
declare module "dynalite" {
  import type { Server } from "node:http";

  /** Not yet listening. */
  export default function dynalite(options: { readonly createTableMs: number }): Server;
}
