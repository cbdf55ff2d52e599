import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../../cli/exit-code.ts";
import { formatSize, formatTime, printable } from "../../../cli/output/format.ts";
import { toPlain } from "../../../cli/output/plain.ts";
import { formatFields, formatTable } from "../../../cli/output/table.ts";
import { ERROR_CODES } from "../../../common/errors.ts";

describe("exit codes", () => {
  it("are the contract's for every kind of error", () => {
    const codes = Object.fromEntries(
      ERROR_CODES.map((code) => [code, exitCodeOf({ code, retryable: false })]),
    );
    expect(codes).toEqual({
      invalid: 2,
      unauthenticated: 3,
      denied: 3,
      "not-found": 4,
      unavailable: 5,
      timeout: 5,
      exists: 1,
      conflict: 1,
      precondition: 1,
      exhausted: 1,
      cancelled: 1,
      unimplemented: 1,
      failed: 1,
    });
  });

  it("tell a limit that passes by itself from a limit of size", () => {
    expect(exitCodeOf({ code: "exhausted", retryable: true })).toBe(5);
  });
});

describe("tables", () => {
  const columns = [
    { title: "Name", cell: (row: { a: string; b: string }) => row.a },
    { title: "Comment", cell: (row: { a: string; b: string }) => row.b },
  ];

  it("are aligned, without borders and without spaces at the ends of lines", () => {
    const rows = [
      { a: "API_KEY", b: "first" },
      { a: "B", b: "-" },
    ];
    expect(formatTable(columns, rows)).toBe("NAME     COMMENT\nAPI_KEY  first\nB        -\n");
  });

  it("keep a row on its line and the terminal in its colours, whatever a comment says", () => {
    const text = formatTable(columns, [{ a: "A", b: "x\n\x1b[31mred\u202e" }]);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).toContain("x \\x1b[31mred\\x202e");
  });

  it("show one thing field by field", () => {
    expect(formatFields(columns, { a: "A", b: "c" })).toBe("Name:     A\nComment:  c\n");
  });
});

describe("words and numbers for people", () => {
  it("show sizes in the largest unit that fits", () => {
    expect([0, 1, 1023, 1024, 1536, 1_048_576].map(formatSize)).toEqual([
      "0 B",
      "1 B",
      "1023 B",
      "1 KiB",
      "1.5 KiB",
      "1 MiB",
    ]);
  });

  it("show times to the minute with their zone, and a dash for none", () => {
    expect(formatTime({ seconds: Date.UTC(2026, 10, 21, 8, 5, 59) / 1000, nanos: 5 })).toBe(
      "2026-11-21 08:05 UTC",
    );
    expect(formatTime(null)).toBe("-");
  });

  it("leave letters of every language as they are", () => {
    expect(printable("für Ünal 日本")).toBe("für Ünal 日本");
  });
});

describe("JSON", () => {
  it("has times as RFC 3339, enums as the words of the command line, and no bytes", () => {
    const message = {
      name: "organizations/acme/secrets/A",
      kind: "SECRET_KIND_ENV",
      value: Buffer.from("never"),
      version: 0,
      createTime: { seconds: 1_700_000_000, nanos: 250_000_000 },
      deleteTime: null,
      only: [],
      username: "",
      _mode: "mode",
      entries: [{ role: "ORGANIZATION_ROLE_ADMIN" }],
    };
    expect(toPlain(message)).toEqual({
      name: "organizations/acme/secrets/A",
      kind: "env",
      version: 0,
      createTime: "2023-11-14T22:13:20.250Z",
      only: [],
      entries: [{ role: "admin" }],
    });
  });

  it("leaves texts alone that only look like an enum", () => {
    expect(toPlain({ comment: "SECRET_KIND_ENV" })).toEqual({ comment: "SECRET_KIND_ENV" });
  });
});
