// The app: one cache of what the server has said, and the routes.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiError } from "../api/client.ts";
import { router } from "./routes.tsx";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; only a server that is away is asked again, and for as long as it takes.
      retry: (count, error) => error instanceof ApiError && (error.status === 0 || (error.status >= 500 && count < 3)),
      retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      networkMode: "always",
      staleTime: 2000,
    },
    mutations: { networkMode: "always" },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
