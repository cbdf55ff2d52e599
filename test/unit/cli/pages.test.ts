import { describe, expect, it } from "vitest";
import { everyPage } from "../../../cli/api/api.ts";

describe("a list of several pages", () => {
  it("is read to its end, each page with the token of the one before", async () => {
    const pages = new Map([
      ["", { names: ["a", "b"], nextPageToken: "2" }],
      ["2", { names: [], nextPageToken: "3" }],
      ["3", { names: ["c"], nextPageToken: "" }],
    ]);
    const asked: string[] = [];
    const all = await everyPage(
      async ({ pageToken }) => {
        asked.push(pageToken);
        return pages.get(pageToken)!;
      },
      (page) => page.names,
    );
    expect([all, asked]).toEqual([
      ["a", "b", "c"],
      ["", "2", "3"],
    ]);
  });
});
