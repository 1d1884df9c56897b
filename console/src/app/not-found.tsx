// The page of an address that leads nowhere.
import Box from "@cloudscape-design/components/box";
import { Page } from "./page.tsx";
import { RouterLink } from "./router-link.tsx";

export function NotFound() {
  return (
    <Page title="Nothing here" breadcrumbs={[]}>
      <Box>
        This address leads to no page of the console. <RouterLink to="/">All state machines</RouterLink>
      </Box>
    </Page>
  );
}
