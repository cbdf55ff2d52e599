import { describe, expect, it } from "vitest";
import { placeOfUrl } from "../../../controlplane/database/postgres/postgres-dialect.ts";
import { onPostgres, retryUndone } from "../../../controlplane/database/postgres/postgres-errors.ts";

const coded = (code: string, message = "reason") => Object.assign(new Error(message), { code });

describe("a transaction that PostgreSQL undid for another", () => {
  it("is begun again until it is done", async () => {
    const failures = [coded("40001"), coded("40P01")];
    const result = retryUndone(async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return "done";
    });
    expect(await result).toBe("done");
  });

  it("is given up after five times, as a conflict that can be tried again", async () => {
    let times = 0;
    const writing = onPostgres("db", () =>
      retryUndone(async () => {
        times += 1;
        throw coded("40001");
      }),
    );
    await expect(writing).rejects.toMatchObject({ code: "conflict", retryable: true });
    expect(times).toBe(5);
  });

  it("is not begun again for any other reason: it may have been kept", async () => {
    let times = 0;
    const writing = retryUndone(async () => {
      times += 1;
      throw coded("ECONNRESET");
    });
    await expect(writing).rejects.toThrow("reason");
    expect(times).toBe(1);
  });
});

describe("what PostgreSQL and its connection say", () => {
  it.each([
    ["57P01", "unavailable"],
    ["08006", "unavailable"],
    ["53300", "unavailable"],
    ["55P03", "unavailable"],
    ["ECONNREFUSED", "unavailable"],
    ["28P01", "precondition"],
    ["3D000", "precondition"],
    ["42501", "precondition"],
  ])("%s is %s", async (code, expected) => {
    const using = onPostgres("postgres://db/keyhold", () => Promise.reject(coded(code)));
    await expect(using).rejects.toMatchObject({ code: expected });
    await expect(using).rejects.toThrow("postgres://db/keyhold");
  });

  it("is left as it is where it is our own mistake", async () => {
    const mistake = coded("42601", "syntax error");
    await expect(onPostgres("db", () => Promise.reject(mistake))).rejects.toBe(mistake);
  });
});

it("a database is named without user and password, whatever its URL is like", () => {
  expect(placeOfUrl("postgres://user:hunter2@db:5433/keyhold?sslmode=verify-full")).toBe(
    "postgres://db:5433/keyhold",
  );
  expect(placeOfUrl("postgres://user:hunter2@/keyhold?host=/run/postgresql")).not.toContain("hunter2");
  expect(placeOfUrl("postgres:///keyhold?host=/run/postgresql")).toBe("postgres:///run/postgresql/keyhold");
  expect(placeOfUrl("postgres://user:hunt er2@[/")).not.toContain("hunt");
});
