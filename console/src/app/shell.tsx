// The frame around every page: the bar at the top, the login where keys are needed, and the palette.
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { sessionQuery } from "../api/queries.ts";
import { Problem } from "../parts/problem.tsx";
import { LoginPage } from "./login-page.tsx";
import { Palette } from "./palette.tsx";
import { SkipLink } from "./skip-link.tsx";
import { TopBar } from "./top-bar.tsx";

export function Shell() {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session === undefined) {
    return (
      <main className="alone">
        {error === null ? (
          <StatusIndicator type="loading">Loading the console</StatusIndicator>
        ) : (
          <div>
            <h1 className="visually-hidden">Pawl</h1>
            <Problem error={error} onRetry={() => void refetch()} />
          </div>
        )}
      </main>
    );
  }
  if (session.isAuthOn && session.login === undefined) return <LoginPage />;
  return (
    <>
      <SkipLink />
      <TopBar session={session} />
      <Outlet />
      <Palette />
    </>
  );
}
