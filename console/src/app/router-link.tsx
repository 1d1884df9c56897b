// A link of Cloudscape's look that the router follows, without loading the page anew; other buttons and keys do as ever.
import Link from "@cloudscape-design/components/link";
import { type LinkOptions, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

export type Target = Pick<LinkOptions, "to" | "params" | "search">;

export function RouterLink({
  children,
  isStrong,
  ...target
}: Target & { readonly children: ReactNode; readonly isStrong?: boolean }) {
  const router = useRouter();
  return (
    <Link
      href={router.buildLocation(target as never).href}
      {...(isStrong === true ? { variant: "primary" as const } : {})}
      onFollow={(event) => {
        event.preventDefault();
        void router.navigate(target as never);
      }}
    >
      {children}
    </Link>
  );
}
