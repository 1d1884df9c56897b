// The server-sent events of one tab. A page opens one stream for all that it shows; EventSource connects again by itself and
// goes on behind the last row that it had.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { StreamMessages } from "@contract";
import { summaryQuery } from "./queries.ts";

export interface StreamSubject {
  readonly executions?: readonly string[];
  readonly stateMachines?: readonly string[];
  readonly areAllMachinesNamed?: boolean;
  /** The row of the journal to begin behind; now, when absent. */
  readonly after?: number | undefined;
}

export type StreamHandlers = {
  readonly [Name in keyof StreamMessages]?: (message: StreamMessages[Name]) => void;
};

export type Connection = "connecting" | "open" | "lost";

/** Listens as long as the component is shown; `undefined` listens to nothing. */
export function useStream(subject: StreamSubject | undefined, handlers: StreamHandlers): Connection {
  const [connection, setConnection] = useState<Connection>("connecting");
  const queries = useQueryClient();
  const address = subject === undefined ? undefined : streamAddress(subject);
  const receive = useEffectEvent((name: keyof StreamMessages, data: string) => {
    const handler = handlers[name] as ((message: unknown) => void) | undefined;
    handler?.(JSON.parse(data));
  });
  const onLost = useEffectEvent(() => {
    setConnection("lost");
    // A reader hears at once when the server is away: this is what the notice of it goes by.
    void queries.invalidateQueries({ queryKey: summaryQuery.queryKey }, { cancelRefetch: false });
  });
  useEffect(() => {
    if (address === undefined) return undefined;
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const connect = (): void => {
      source = new EventSource(address);
      source.addEventListener("open", (event) => {
        // The first message has the same name as the opening of the connection.
        if (!(event instanceof MessageEvent)) setConnection("open");
      });
      source.addEventListener("error", () => {
        onLost();
        // Refused by status, as by a proxy without a server behind: EventSource itself does not try again then.
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 3000);
      });
      for (const name of messageNames) {
        source.addEventListener(name, (event) => receive(name, (event as MessageEvent<string>).data));
      }
    };
    connect();
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, [address]);
  return connection;
}

const messageNames = ["open", "journal", "executions", "machines", "resync", "logout"] as const;

function streamAddress(subject: StreamSubject): string {
  const { executions = [], stateMachines = [], areAllMachinesNamed, after } = subject;
  const query = new URLSearchParams();
  for (const arn of executions) query.append("execution", arn);
  for (const arn of stateMachines) query.append("stateMachine", arn);
  if (areAllMachinesNamed === true) query.append("machines", "all");
  if (after !== undefined) query.append("after", String(after));
  return `/console/stream?${query.toString()}`;
}
