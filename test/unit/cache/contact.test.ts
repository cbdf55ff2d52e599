import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ageOf, type Contact, contactAt, counted, type Moment } from "../../../agent/cache/contact.ts";

const HOUR = 3_600_000;
const BASE: Moment = { wall: 1_800_000_000_000, uptime: 5 * HOUR, boot: "one" };

describe("the age of a contact", () => {
  test.each<[string, Moment, number]>([
    ["nothing has happened", BASE, 0],
    ["an hour has passed", { ...BASE, wall: BASE.wall + HOUR, uptime: 6 * HOUR }, HOUR],
    [
      "the clock was set forward by a year",
      { ...BASE, wall: BASE.wall + 8_760 * HOUR, uptime: 6 * HOUR },
      HOUR,
    ],
    ["the clock was set back by a year", { ...BASE, wall: BASE.wall - 8_760 * HOUR, uptime: 6 * HOUR }, HOUR],
    [
      "the machine was off for two hours",
      { wall: BASE.wall + 3 * HOUR, uptime: HOUR, boot: "two" },
      3 * HOUR,
    ],
    ["the machine came up with a clock of 1970", { wall: 0, uptime: HOUR, boot: "two" }, HOUR],
  ])("when %s", (_what, now, age) => {
    expect(ageOf(contactAt(BASE), now)).toBe(age);
  });

  test("grows through restarts with a clock that starts anew each time, if it is counted", () => {
    let contact = contactAt(BASE);
    for (const boot of ["two", "three", "four"]) contact = counted(contact, { wall: 0, uptime: HOUR, boot });
    expect(ageOf(contact, { wall: 0, uptime: HOUR, boot: "five" })).toBe(4 * HOUR);
  });
});

/** A machine as it is: time passes, people set its clock, it is restarted; and somebody counts now and then. */
type Event =
  | { readonly kind: "pass" | "off"; readonly milliseconds: number }
  | { readonly kind: "set"; readonly milliseconds: number }
  | { readonly kind: "count" };

const anyDuration = fc.integer({ min: 0, max: 100 * HOUR });
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constantFrom("pass", "off"), milliseconds: anyDuration }),
  fc.record({
    kind: fc.constant("set"),
    milliseconds: fc.integer({ min: -1_000 * HOUR, max: 1_000 * HOUR }),
  }),
  fc.constant({ kind: "count" } as const),
);

function live(events: readonly Event[]) {
  let [time, offset, bootedAt, boot] = [0, BASE.wall, -HOUR, 0];
  const now = (): Moment => ({ wall: time + offset, uptime: time - bootedAt, boot: String(boot) });
  let contact: Contact = contactAt(now());
  /** What is certain: up to the last count in each run of the machine, and all of the last run. */
  let [certain, since] = [0, 0];
  for (const event of events) {
    if (event.kind === "count") {
      contact = counted(contact, now());
      certain += time - since;
      since = time;
    } else if (event.kind === "set") {
      offset += event.milliseconds;
    } else {
      time += event.milliseconds;
      if (event.kind === "off") {
        boot += 1;
        bootedAt = time;
        since = time;
      }
    }
  }
  return { age: ageOf(contact, now()), elapsed: time, certain: certain + time - since, sameBoot: boot === 0 };
}

test("is exact while the machine runs, whatever is done to its clock", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      const { age, elapsed } = live(events.filter((event) => event.kind !== "off"));
      expect(age).toBe(elapsed);
    }),
  );
});

test("is exact through restarts with a clock that nobody sets", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      const { age, elapsed } = live(events.filter((event) => event.kind !== "set"));
      expect(age).toBe(elapsed);
    }),
  );
});

test("is never below the time that the machine was seen to run", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      const { age, certain } = live(events);
      expect(age).toBeGreaterThanOrEqual(certain);
    }),
  );
});
