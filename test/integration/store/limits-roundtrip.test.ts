import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { World } from "../api/world.ts";

const WEB = "organizations/acme/projects/web";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.populate({});
});
afterAll(() => world[Symbol.asyncDispose]());

/** Writes a value and reads it back, as the newest version and in what a workload gets. */
async function thereAndBack(kind: "ENV" | "FILE" | "OPAQUE" | "REGISTRY", value: Buffer): Promise<void> {
  const name = `${WEB}/secrets/ROUND_${kind}`;
  const fields = kind === "REGISTRY" ? { registry: "ghcr.io", username: "ci" } : {};
  const written = await world.call<{ version: number; size: number }>(
    world.owner,
    "SecretService/UpdateSecret",
    {
      secret: { name, kind: `SECRET_KIND_${kind}`, value, ...fields },
      updateMask: { paths: ["value", ...Object.keys(fields)] },
      allowMissing: true,
    },
  );
  expect(Number(written.size)).toBe(value.length);
  const { version } = written;
  const request = { name, version };
  const read = await world.call<{ value: Buffer }>(world.owner, "SecretService/AccessSecret", request);
  expect(Buffer.compare(read.value, value)).toBe(0);
  if (kind === "OPAQUE") return;
  const { bundle } = await world.call<{ bundle: { secrets: { secret: string; value: Buffer }[] } }>(
    world.owner,
    "SecretService/ResolveWorkload",
    { target: WEB },
  );
  const delivered = bundle.secrets.find(({ secret }) => secret === name)?.value;
  expect(delivered && Buffer.compare(delivered, value)).toBe(0);
}

const piece = fc.oneof(
  fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "\t",
    " ",
    "\u{feff}",
    "=",
    "#",
    "'",
    '"',
    "\\",
    "\\n",
    "$".concat("{X}"),
    "\u{1f511}",
    "é",
  ),
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\0", "")),
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join("")));
const bytes = fc.uint8Array({ maxLength: 2_000 }).map((value) => Buffer.from(value));

test("text arrives byte for byte: several lines, CRLF, white space at the ends, every character but NUL", {
  timeout: 60_000,
}, async () => {
  for (const value of ["x\n", "\r\nx\r\n", " x ", "a\nb\nc", "\u{feff}x", ""]) {
    await thereAndBack("ENV", Buffer.from(value));
  }
  await fc.assert(
    fc.asyncProperty(text, (value) => thereAndBack("ENV", value)),
    { numRuns: 80 },
  );
  await fc.assert(
    fc.asyncProperty(
      text.filter(({ length }) => length > 0),
      (value) => thereAndBack("REGISTRY", value),
    ),
    { numRuns: 30 },
  );
});

test("files and opaque secrets arrive byte for byte, whatever the bytes, up to the limit", {
  timeout: 60_000,
}, async () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  for (const kind of ["FILE", "OPAQUE"] as const) {
    for (const value of [all, Buffer.alloc(0), Buffer.alloc(1024 * 1024, all)])
      await thereAndBack(kind, value);
    await fc.assert(
      fc.asyncProperty(bytes, (value) => thereAndBack(kind, value)),
      { numRuns: 60 },
    );
  }
});
