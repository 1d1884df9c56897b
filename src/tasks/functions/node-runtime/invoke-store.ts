// `awslambda.InvokeStore`: where AWS's own libraries look up which event is being handled. One event at a time needs no
// asynchronous context.
import type { Call } from "../process-protocol.ts";

const keys = {
  requestId: Symbol.for("_AWS_LAMBDA_REQUEST_ID"),
  traceId: Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID"),
  tenantId: Symbol.for("_AWS_LAMBDA_TENANT_ID"),
};
const protectedKeys: readonly PropertyKey[] = Object.values(keys);

type Context = Record<PropertyKey, unknown>;

class InvokeStore {
  #context: Context | undefined;

  /** The context stays until the next one: what a handler leaves behind belongs to it. */
  run<Result>(context: Context, act: () => Result): Result {
    this.#context = context;
    return act();
  }

  getContext(): Context | undefined {
    return this.#context;
  }

  hasContext(): boolean {
    return this.#context !== undefined;
  }

  get(key: PropertyKey): unknown {
    return this.#context?.[key];
  }

  set(key: PropertyKey, value: unknown): void {
    if (protectedKeys.includes(key)) throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    this.#context ??= {};
    this.#context[key] = value;
  }

  getRequestId(): unknown {
    return this.get(keys.requestId) ?? "-";
  }

  getXRayTraceId(): unknown {
    return this.get(keys.traceId);
  }

  getTenantId(): unknown {
    return this.get(keys.tenantId);
  }
}

export function contextOf({ requestId, traceHeader }: Call): Context {
  return { [keys.requestId]: requestId, [keys.traceId]: traceHeader };
}

export const invokeStore = new InvokeStore();
