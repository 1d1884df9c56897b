// The person in front of the console: what they may see and do is what their access key may, by the same permissions as the
// actions of the API.
import { accessDenied } from "../errors.ts";
import type { Caller, PermittedAction } from "../policy.ts";

export class Viewer {
  /** `undefined` where there are no keys: everything is allowed. */
  readonly caller: Caller | undefined;

  constructor(caller: Caller | undefined) {
    this.caller = caller;
  }

  may(action: PermittedAction, resource: string): boolean {
    return this.caller?.permits(action, resource) ?? true;
  }

  /** @throws AccessDeniedException */
  require(action: PermittedAction, resource: string): void {
    if (this.caller !== undefined && !this.may(action, resource)) throw accessDenied(this.caller.arn, action, resource);
  }
}
