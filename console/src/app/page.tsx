// The frame of every page: navigation, breadcrumbs, title, content, and the panel below or beside it.
import AppLayout, { type AppLayoutProps } from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { shownLine } from "../parts/shown-text.ts";
import { Navigation } from "./navigation.tsx";
import { Notices } from "./notices.tsx";
import type { Target } from "./router-link.tsx";
import { useArrival } from "./use-arrival.ts";

export interface Crumb extends Target {
  readonly text: string;
}

export interface PageProps {
  readonly title: string;
  /** Between the start page and this one. */
  readonly breadcrumbs: readonly Crumb[];
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly info?: ReactNode;
  readonly description?: ReactNode;
  readonly panel?: Pick<AppLayoutProps, "splitPanel" | "splitPanelOpen" | "onSplitPanelToggle">;
}

export function Page({ title, breadcrumbs, children, actions, info, description, panel }: PageProps) {
  const [isNavigationOpen, setNavigationOpen] = useState(() => matchMedia("(min-width: 1200px)").matches);
  const [preferences, setPreferences] = usePanelPreferences();
  const shown = shownLine(title, 80);
  const heading = useArrival(shown);
  return (
    <AppLayout
      headerSelector="#top"
      navigation={<Navigation />}
      navigationOpen={isNavigationOpen}
      onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
      navigationWidth={240}
      toolsHide
      maxContentWidth={Number.MAX_VALUE}
      breadcrumbs={<Breadcrumbs crumbs={breadcrumbs} here={shown} />}
      notifications={<Notices />}
      stickyNotifications
      {...panel}
      splitPanelPreferences={preferences}
      onSplitPanelPreferencesChange={({ detail }) => setPreferences(detail)}
      content={
        <ContentLayout
          header={
            <Header variant="h1" actions={actions} info={info} description={description}>
              <bdi ref={heading} id="heading" tabIndex={-1}>
                {shown}
              </bdi>
            </Header>
          }
        >
          {children}
        </ContentLayout>
      }
      ariaLabels={{
        navigation: "Pages",
        navigationClose: "Close the navigation",
        navigationToggle: "Open the navigation",
        notifications: "Notices",
      }}
    />
  );
}

function Breadcrumbs({ crumbs, here }: { readonly crumbs: readonly Crumb[]; readonly here: string }) {
  const router = useRouter();
  const start = { text: "State machines", to: "/" } as const;
  const items = (crumbs.length === 0 && here === start.text ? [] : [start, ...crumbs]).map(({ text, ...target }) => ({
    text: shownLine(text, 60),
    href: router.buildLocation(target as never).href,
    target,
  }));
  return (
    <BreadcrumbGroup
      ariaLabel="Where this page is"
      items={[...items, { text: here, href: "" }]}
      onFollow={(event) => {
        event.preventDefault();
        const { target } = event.detail.item as { readonly target?: Target };
        if (target !== undefined) void router.navigate(target as never);
      }}
    />
  );
}

type Preferences = AppLayoutProps.SplitPanelPreferences;

/** At the side where there is room for it, until the reader puts it elsewhere. */
function usePanelPreferences(): readonly [Preferences, (preferences: Preferences) => void] {
  const [preferences, setPreferences] = useState<Preferences>(() => {
    const kept = sessionStorage.getItem("pawl-panel");
    if (kept === "side" || kept === "bottom") return { position: kept };
    return { position: matchMedia("(min-width: 1100px)").matches ? "side" : "bottom" };
  });
  return [
    preferences,
    (chosen) => {
      sessionStorage.setItem("pawl-panel", chosen.position);
      setPreferences(chosen);
    },
  ];
}
