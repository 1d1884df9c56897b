// The bar at the top: the product, the palette's button, the theme and who is logged in.
import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Session } from "@contract";
import { logOut } from "../api/client.ts";
import icon from "./icon.svg";
import { openPalette } from "./palette.tsx";
import { useMedia } from "./use-media.ts";
import { chooseTheme, type ThemeChoice, useThemeChoice } from "./theme.ts";

const themes: Readonly<Record<ThemeChoice, string>> = { system: "As the system", light: "Light", dark: "Dark" };

export function TopBar({ session }: { readonly session: Session }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const theme = useThemeChoice();
  const keys = navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K";
  // The name of the product stays whole where there is little room.
  const isNarrow = useMedia("(max-width: 640px)");
  const utilities: TopNavigationProps.Utility[] = [
    {
      type: "button",
      iconName: "search",
      ...(isNarrow ? { ariaLabel: `Go to… ${keys}` } : { text: `Go to… ${keys}` }),
      onClick: openPalette,
    },
    {
      type: "menu-dropdown",
      iconName: "settings",
      ariaLabel: "Theme",
      title: "Theme",
      items: (["system", "light", "dark"] as const).map((id) => ({
        id,
        text: themes[id],
        itemType: "checkbox",
        checked: id === theme,
      })),
      onItemClick: ({ detail }) => chooseTheme(detail.id as ThemeChoice),
    },
  ];
  if (session.login !== undefined) {
    utilities.push({
      type: "menu-dropdown",
      iconName: "user-profile",
      ...(isNarrow ? { ariaLabel: session.login.accessKeyId } : { text: session.login.accessKeyId }),
      title: session.login.accessKeyId,
      description: session.login.userArn,
      items: [{ id: "log-out", text: "Log out" }],
      onItemClick: () =>
        void logOut().then(() => {
          queries.clear();
          void queries.invalidateQueries();
        }),
    });
  }
  return (
    <div id="top">
      <TopNavigation
        identity={{
          href: "/",
          title: "Pawl",
          logo: { src: icon, alt: "Logo of Pawl" },
          onFollow: (event) => {
            event.preventDefault();
            void navigate({ to: "/" });
          },
        }}
        utilities={utilities}
        i18nStrings={{ overflowMenuTriggerText: "More", overflowMenuTitleText: "All" }}
      />
    </div>
  );
}
