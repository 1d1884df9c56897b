// The addresses of the console. All that a page shows is in its address, so that every view can be sent to somebody.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { Selection } from "../execution/selection.ts";
import { machineSearch } from "../machines/machine-search.ts";
import { text, oneOf, whole } from "./search.ts";
import { type ChildrenSearch, childStatuses } from "../map-runs/children-search.ts";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const machines = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../machines/machines-page.tsx"), "MachinesPage"),
});

const newMachine = createRoute({
  getParentRoute: () => root,
  path: "/machines/new",
  component: lazyRouteComponent(() => import("../editor/new-machine-page.tsx"), "NewMachinePage"),
});

const machine = createRoute({
  getParentRoute: () => root,
  path: "/machines/$machineArn",
  validateSearch: machineSearch,
  component: lazyRouteComponent(() => import("../machines/machine-page.tsx"), "MachinePage"),
});

const editMachine = createRoute({
  getParentRoute: () => root,
  path: "/machines/$machineArn/edit",
  validateSearch: (search): { readonly state?: string | undefined } => ({ state: text(search["state"]) }),
  component: lazyRouteComponent(() => import("../editor/edit-machine-page.tsx"), "EditMachinePage"),
});

function selection(search: Record<string, unknown>): Selection {
  return {
    view: oneOf(search["view"], ["table", "timeline", "events"]),
    state: text(search["state"]),
    visit: whole(search["visit"]),
    iteration: whole(search["iteration"]),
    event: whole(search["event"]),
    panel: text(search["panel"]),
    at: whole(search["at"]),
  };
}

const execution = createRoute({
  getParentRoute: () => root,
  path: "/executions/$executionArn",
  validateSearch: selection,
  component: lazyRouteComponent(() => import("../execution/execution-page.tsx"), "ExecutionPage"),
});

const fork = createRoute({
  getParentRoute: () => root,
  path: "/executions/$executionArn/fork",
  component: lazyRouteComponent(() => import("../fork/fork-page.tsx"), "ForkPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: (search): { readonly left: string; readonly right?: string | undefined } => ({
    left: text(search["left"]) ?? "",
    right: text(search["right"]),
  }),
  component: lazyRouteComponent(() => import("../compare/compare-page.tsx"), "ComparePage"),
});

const history = createRoute({
  getParentRoute: () => root,
  path: "/history",
  validateSearch: selection,
  component: lazyRouteComponent(() => import("../offline/offline-page.tsx"), "OfflinePage"),
});

const mapRun = createRoute({
  getParentRoute: () => root,
  path: "/map-runs/$mapRunArn",
  validateSearch: (search): ChildrenSearch => ({
    status: oneOf(search["status"], childStatuses),
    redriven: oneOf(search["redriven"], ["true", "false"]),
  }),
  component: lazyRouteComponent(() => import("../map-runs/map-run-page.tsx"), "MapRunPage"),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  component: lazyRouteComponent(() => import("../inbox/inbox-page.tsx"), "InboxPage"),
});

const activities = createRoute({
  getParentRoute: () => root,
  path: "/activities",
  component: lazyRouteComponent(() => import("../inbox/activities-page.tsx"), "ActivitiesPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    machines,
    newMachine,
    machine,
    editMachine,
    execution,
    mapRun,
    fork,
    compare,
    history,
    inbox,
    activities,
  ]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
