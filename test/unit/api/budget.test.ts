import { describe, expect, it } from "vitest";
import { Budget } from "../../../controlplane/api/peers/budget.ts";

const options = { what: "bytes", perKey: 10, total: 20, timeout: 20 };

describe("a budget of bytes", () => {
  it("is given out up to the share of a key and to the total, and taken back", async () => {
    const budget = new Budget(options);
    const [a, b] = await Promise.all([budget.take("a", 10), budget.take("b", 10)]);
    expect(budget.held).toBe(20);
    await expect(budget.take("c", 1)).rejects.toThrow(
      "no room for 1 bytes of bytes within 0.02 s: this caller has 0 of 10, all callers have 20 of 20",
    );
    a();
    a();
    expect(budget.held).toBe(10);
    await budget.take("c", 10);
    b();
    expect(budget.held).toBe(10);
  });

  it("refuses at once what no key can ever have", async () => {
    await expect(new Budget(options).take("a", 11)).rejects.toMatchObject({ code: "exhausted" });
  });

  it("lets nobody wait for a key that has used up its own share", async () => {
    const budget = new Budget({ ...options, timeout: 5_000 });
    const first = await budget.take("a", 10);
    const second = budget.take("a", 5);
    const other = await budget.take("b", 10);
    expect(budget.waiting).toBe(1);
    first();
    (await second)();
    other();
    expect([budget.held, budget.waiting]).toEqual([0, 0]);
  });

  it("lets nobody pass one that waits for room in the total", async () => {
    const budget = new Budget({ ...options, timeout: 5_000 });
    const a = await budget.take("a", 10);
    const b = await budget.take("b", 8);
    const order: string[] = [];
    const large = budget.take("c", 10).then(() => order.push("large"));
    const small = budget.take("d", 2).then(() => order.push("small"));
    b();
    await large;
    a();
    await small;
    expect(order).toEqual(["large", "small"]);
  });

  it("forgets who went away while waiting", async () => {
    const budget = new Budget({ ...options, timeout: 5_000 });
    await budget.take("a", 10);
    const gone = new AbortController();
    const waiting = budget.take("a", 5, gone.signal);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    expect([budget.held, budget.waiting]).toEqual([10, 0]);
  });
});
