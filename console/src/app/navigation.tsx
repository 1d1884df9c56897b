// The navigation beside every page.
import Badge from "@cloudscape-design/components/badge";
import SideNavigation from "@cloudscape-design/components/side-navigation";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { summaryQuery } from "../api/queries.ts";

export function Navigation() {
  const { data } = useQuery(summaryQuery);
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const waiting = data?.waiting.count ?? 0;
  const count =
    waiting === 0
      ? {}
      : { info: <Badge color="blue">{`${waiting}${data?.waiting.isMore === true ? "+" : ""}`}</Badge> };
  return (
    <SideNavigation
      activeHref={pathname}
      onFollow={(event) => {
        event.preventDefault();
        void navigate({ to: event.detail.href });
      }}
      items={[
        { type: "link", text: "State machines", href: "/" },
        { type: "link", text: "Inbox", href: "/inbox", ...count },
        { type: "link", text: "Activities", href: "/activities" },
        { type: "link", text: "Open a history", href: "/history" },
      ]}
    />
  );
}
