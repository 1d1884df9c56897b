// Every page, as it is and in every state that it can be in: for everybody to use, as axe-core tells, in light and dark, on the
// screen of a telephone and on a wide one, and soon loaded.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { journey } from "./browser.ts";
import { exampleServer, furnish } from "./furnish.ts";
import { findProblems, settle } from "./look.ts";

/** Words of parts that come after the rest of their page. */
const lateWords: Readonly<Record<string, string>> = {
  why: "leads nowhere",
  choice: "NumericGreaterThan",
  tries: "Try 2",
  editor: "The definition has no problems",
  "compare versions": "/TimeoutSeconds",
};

journey(
  "axe finds nothing on any page, in light and dark, on a telephone and on a wide screen",
  async (made) => {
    const { pages } = await furnish(made);
    const found: string[] = [];
    for (const [name, path] of Object.entries(pages)) {
      await made.open(path);
      await settle(made.page);
      const word = lateWords[name];
      if (word !== undefined) await made.page.getByText(word).first().waitFor();
      found.push(...(await findProblems(made.page, name)));
    }
    assert.deepEqual(found, []);
  },
  { server: exampleServer, expected: /status of (400|404)/ },
);

journey(
  "the first page loads at most 600 KB, compressed, and so does that of an execution",
  async (made) => {
    const { pages } = await furnish(made);
    for (const path of ["/", pages["execution"] ?? ""]) {
      let bytes = 0;
      const measured: Promise<void>[] = [];
      made.page.on("response", (response) => {
        if (!/\.(js|css|svg)$|text\/html/.test(new URL(response.url()).pathname)) return;
        measured.push(
          response.body().then((body) => {
            bytes += gzipSync(body, { level: 6 }).length;
          }),
        );
      });
      await made.page.goto("about:blank");
      await made.open(path);
      await settle(made.page);
      await Promise.all(measured);
      made.page.removeAllListeners("response");
      assert.ok(bytes > 100_000 && bytes <= 600_000, `${path} loads ${bytes} bytes`);
    }
  },
  { server: exampleServer },
);
