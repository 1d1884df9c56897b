// Reads of the pages, each with the key that its place in the cache has.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ExecutionFacts, ExecutionsPage, ExecutionsQuery, Session, Summary, WaitingPage } from "@contract";
import type {
  ChildExecutions,
  MapRun,
  StateMachine,
  StateMachineAlias,
  StateMachineAliases,
  StateMachineVersions,
  Tags,
} from "./aws-shapes.ts";
import type { ChildrenSearch } from "../map-runs/children-search.ts";
import { act, getJson } from "./client.ts";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => getJson<Session>("session", {}, signal),
  staleTime: 60_000,
});

export const summaryQuery = queryOptions({
  queryKey: ["summary"],
  queryFn: ({ signal }) => getJson<Summary>("summary", {}, signal),
  // The stream tells of changes; this is for what it does not tell: workers, queues, quarantines.
  // A new machine is not in any journal: whoever follows the first steps is not to wait for theirs.
  refetchInterval: ({ state }) => (state.data?.firstRun.hasMachine === true ? 15_000 : 2000),
});

export type ExecutionsFilter = Omit<ExecutionsQuery, "after">;

export const executionsQuery = (filter: ExecutionsFilter) =>
  infiniteQueryOptions({
    queryKey: ["executions", filter.stateMachine, filter],
    queryFn: async ({ pageParam, signal }) =>
      getJson<ExecutionsPage>("executions", { ...filter, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });

export const executionQuery = (arn: string) =>
  queryOptions({
    queryKey: ["execution", arn],
    queryFn: ({ signal }) => getJson<ExecutionFacts>(`executions/${encodeURIComponent(arn)}`, {}, signal),
  });

export const waitingQuery = infiniteQueryOptions({
  queryKey: ["waiting"],
  queryFn: ({ pageParam, signal }) => getJson<WaitingPage>("waiting", { after: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
  refetchInterval: 15_000,
});

export const machineQuery = (stateMachineArn: string) =>
  queryOptions({
    queryKey: ["machine", stateMachineArn],
    queryFn: ({ signal }) => act<StateMachine>("DescribeStateMachine", { stateMachineArn }, signal),
  });

export const versionsQuery = (stateMachineArn: string) =>
  queryOptions({
    queryKey: ["machine", stateMachineArn, "versions"],
    queryFn: ({ signal }) =>
      act<StateMachineVersions>("ListStateMachineVersions", { stateMachineArn, maxResults: 1000 }, signal),
  });

/** All aliases with the versions that they lead to. */
export const aliasesQuery = (stateMachineArn: string) =>
  queryOptions({
    queryKey: ["machine", stateMachineArn, "aliases"],
    queryFn: async ({ signal }) => {
      const { stateMachineAliases } = await act<StateMachineAliases>(
        "ListStateMachineAliases",
        { stateMachineArn, maxResults: 100 },
        signal,
      );
      return Promise.all(
        stateMachineAliases.map(({ stateMachineAliasArn }) =>
          act<StateMachineAlias>("DescribeStateMachineAlias", { stateMachineAliasArn }, signal),
        ),
      );
    },
  });

export const tagsQuery = (resourceArn: string) =>
  queryOptions({
    queryKey: ["machine", resourceArn, "tags"],
    queryFn: ({ signal }) => act<Tags>("ListTagsForResource", { resourceArn }, signal),
  });

export const mapRunQuery = (mapRunArn: string) =>
  queryOptions({
    queryKey: ["map-run", mapRunArn],
    queryFn: ({ signal }) => act<MapRun>("DescribeMapRun", { mapRunArn }, signal),
    // The children of a Map Run are no executions of the machine that a stream could name.
    refetchInterval: ({ state }) => (state.data?.status === "RUNNING" ? 2000 : false),
  });

export const childExecutionsQuery = (mapRunArn: string, { status, redriven }: ChildrenSearch) =>
  infiniteQueryOptions({
    queryKey: ["map-run", mapRunArn, "executions", status, redriven],
    queryFn: ({ pageParam, signal }) =>
      act<ChildExecutions>(
        "ListExecutions",
        {
          mapRunArn,
          maxResults: 50,
          ...(status === undefined ? {} : { statusFilter: status }),
          ...(redriven === undefined ? {} : { redriveFilter: redriven === "true" ? "REDRIVEN" : "NOT_REDRIVEN" }),
          ...(pageParam === undefined ? {} : { nextToken: pageParam }),
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextToken }) => nextToken,
  });
