// The frame around every page: the bar at the top, the login where keys are needed, and the palette.
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { sessionQuery } from "../api/queries.ts";
import { Problem } from "../parts/problem.tsx";
import { LoginPage } from "./login-page.tsx";
import { Palette } from "./palette.tsx";
import { TopBar } from "./top-bar.tsx";

export function Shell() {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session === undefined) {
    return error === null ? (
      <p className="visually-hidden">Loading</p>
    ) : (
      <Problem error={error} onRetry={() => void refetch()} />
    );
  }
  if (session.isAuthOn && session.login === undefined) return <LoginPage />;
  return (
    <>
      <TopBar session={session} />
      <Outlet />
      <Palette />
    </>
  );
}
