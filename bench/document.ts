// Writes docs/performance.md from what the workloads gave in one run.
import { writeFileSync } from "node:fs";
import type { Report } from "./report.ts";

export interface Circumstances {
  readonly processors: number;
  readonly nodeVersion: string;
}

/** A workload that could not be done where the others were. */
export interface SkippedWorkload {
  readonly id: string;
  readonly reason: string;
}

export interface Results {
  readonly reports: readonly Report[];
  readonly skipped: readonly SkippedWorkload[];
}

export async function writeDocument({ reports, skipped }: Results, circumstances: Circumstances): Promise<void> {
  const sections = [
    ...reports.map(section),
    ...skipped.map(({ id, reason }) => `## ${id}: not measured\n\n${reason}\n`),
  ];
  const text = [introduction(circumstances), overview(reports), ...sections].join("\n");
  const { format } = await import("prettier");
  const options = { parser: "markdown", printWidth: 120 } as const;
  writeFileSync(new URL("../docs/performance.md", import.meta.url), await format(text, options));
}

function introduction({ processors, nodeVersion }: Circumstances): string {
  return `# Performance

\`npm run bench -- --write\` writes this file; \`npm run bench\` only prints the figures, \`npm run bench -- W1 W3\` those of some
workloads, and \`npm run bench -- jsonata\` compares the JSONata evaluator with the \`jsonata\` package. With \`--profile <folder>\` the
server writes CPU profiles there.

Everything here was measured in one run, on ${processors} processors that the load, the server, the floor and the called function shared
(Node.js ${nodeVersion}). The server is a process of its own that answers on the loopback interface, with the embedded store in a file and
\`fsync\` at every commit. The load comes from another process over kept-alive connections of undici: an AWS SDK would be busier than
what it measures. An absolute figure says as much about the machine as about Pawl; what carries over to another machine are
the ratios to the **floor**, which were taken by turns with Pawl's own figures, and their medians.

The floor is the least that any durable engine behind HTTP does: a bare \`node:http\` server that appends the same rows and bytes per
execution to SQLite, with the same group commit and the same durability, and understands nothing of them.
`;
}

function overview(reports: readonly Report[]): string {
  const rows = reports.flatMap(({ id, figures }) =>
    figures.flatMap(({ what, value, aim }) =>
      aim === undefined ? [] : [`| ${id} | ${what} | ${value} | ${aim.text} | ${aim.isMet ? "met" : "**missed**"} |`],
    ),
  );
  return ["## Aims", "", "| | | measured | aim | |", "| --- | --- | ---: | --- | --- |", ...rows, ""].join("\n");
}

function section({ id, title, method, profile, figures }: Report): string {
  const rows = figures.map(({ what, value }) => `| ${what} | ${value} |`);
  const table = ["| | measured |", "| --- | ---: |", ...rows].join("\n");
  return `## ${id}: ${title}\n\n${method}\n\n${table}\n\n${profile}\n`;
}
