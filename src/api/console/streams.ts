// The streams that are open: who asks for one says what it is about, and there are only so many.
import type { StateMachineRecord } from "../../store/catalogue.ts";
import { tooManyStreams } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { requireStateMachine } from "../operations/find.ts";
import { type ConsoleCall, type ConsoleContext, requireExecution } from "./context.ts";
import { streamHeaders } from "./event-stream.ts";
import { Feed } from "./feed.ts";
import { dataChoices } from "./journal.ts";
import { choiceIn, numberIn, unusable } from "./query.ts";
import type { Showing } from "./shown-events.ts";
import { ConsoleStream, type Subscription } from "./stream.ts";

export interface StreamsOptions {
  readonly context: ConsoleContext;
  readonly onError: (error: unknown) => void;
  /** Streams that may be open; 64 by default. */
  readonly most?: number | undefined;
  /** Bytes that may wait for one client; 256 KiB by default. */
  readonly mostQueued?: number | undefined;
}

const mostNames = 16;

export class Streams {
  readonly #options: StreamsOptions;
  readonly #feed: Feed;
  readonly #open = new Set<ConsoleStream>();
  /** Streams that are open or about to be. */
  #count = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
    const { api, store, clock } = options.context;
    this.#feed = new Feed({ store, clock, runtime: api.runtime, onError: options.onError });
  }

  /** Answers with a stream. @throws ApiError before anything is answered. */
  async open(call: ConsoleCall, exchange: Exchange): Promise<void> {
    const { context, most = 64 } = this.#options;
    if (this.#count >= most) throw tooManyStreams(most);
    this.#count += 1;
    let isOpen = false;
    try {
      const subscription = await subscriptionOf(call, context);
      void numberIn(call.query, "after");
      const cursor = await this.#feed.open();
      isOpen = true;
      await this.#begin(call, exchange, { subscription, cursor });
    } finally {
      if (!isOpen) this.#count -= 1;
    }
  }

  /** Ends all streams; settles when nothing of the store is read for them any more. */
  async stop(): Promise<void> {
    for (const stream of this.#open) stream.end();
    await this.#feed.stop();
  }

  async #begin(call: ConsoleCall, exchange: Exchange, { subscription, cursor }: Begun): Promise<void> {
    const { context, mostQueued = 256 * 1024, onError } = this.#options;
    const { request, response } = exchange;
    const close = (stream: ConsoleStream | undefined): void => {
      if (stream !== undefined) this.#open.delete(stream);
      this.#feed.leave(stream);
      this.#count -= 1;
    };
    // The client may have gone while it was found out what it may see; one that asks for the head wants no more.
    if (response.destroyed || request.method === "HEAD") {
      if (!response.destroyed) response.writeHead(200, streamHeaders).end();
      return close(undefined);
    }
    const known = lastEventId(request.headers["last-event-id"]);
    const asked = known ?? numberIn(call.query, "after");
    const stream = new ConsoleStream(response, {
      subscription,
      viewer: call.viewer,
      context,
      after: asked ?? cursor,
      isResumed: known !== undefined,
      expiresAt: call.session.login?.expiresAt,
      mostQueued,
      onClose: close,
    });
    this.#open.add(stream);
    try {
      const newest = await context.store.journal.newestRowId();
      const isOfAnotherStore = asked !== undefined && asked > newest;
      if (isOfAnotherStore) stream.skip(newest);
      await this.#feed.lead(stream, isOfAnotherStore ? newest : (asked ?? cursor), () => response.destroyed);
    } catch (error) {
      // The client connects again, and is told then what is wrong.
      response.destroy();
      onError(error);
    }
  }
}

interface Begun {
  readonly subscription: Subscription;
  /** The newest row. */
  readonly cursor: number;
}

/** The row that EventSource had last; a header that says something else counts as absent. */
function lastEventId(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

async function subscriptionOf({ path, query, viewer }: ConsoleCall, context: ConsoleContext): Promise<Subscription> {
  const executionArns = [...path, ...query.getAll("execution")];
  const machineArns = query.getAll("stateMachine");
  const isOfAll = choiceIn(query, "machines", ["all"]) === "all";
  const data = choiceIn(query, "data", dataChoices) ?? "short";
  if (executionArns.length + machineArns.length > mostNames)
    throw unusable("execution", `with stateMachine it stands there more than ${mostNames} times`);
  if (executionArns.length + machineArns.length === 0 && !isOfAll)
    throw unusable("execution", "it is absent, and so are stateMachine and machines");
  const executions = new Map<number, { readonly arn: string; readonly showing: Showing }>();
  for (const arn of executionArns) {
    const { record } = await requireExecution(arn, viewer, context);
    executions.set(record.id, { arn, showing: { data, mayData: viewer.may("GetExecutionHistory", arn) } });
  }
  const machines = new Map<number, StateMachineRecord>();
  for (const arn of machineArns) {
    viewer.require("ListExecutions", arn);
    const machine = await requireStateMachine(arn, context.api);
    machines.set(machine.id, machine);
  }
  return { executions, machines, isOfAll };
}
