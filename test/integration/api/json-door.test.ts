import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { HTTP_STATUS } from "../../../controlplane/http/json-refusal.ts";
import { codeOf, World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.populate({});
});
afterAll(() => world[Symbol.asyncDispose]());

async function post(method: string, body: string, token = world.owner) {
  const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
  const url = `http://${world.server.httpAddress}/api/keyhold.v1.${method}`;
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** `Service/Method` of everything in the proto files. */
const METHODS = Object.entries(loadDefinition()).flatMap(([service, methods]) => {
  if (!service.startsWith("keyhold.v1.") || "format" in methods) return [];
  return Object.entries(methods as grpc.ServiceDefinition).map(
    ([name, { requestStream, responseStream }]) => ({
      path: `${service.slice("keyhold.v1.".length)}/${name}`,
      streams: requestStream || responseStream,
    }),
  );
});

describe("the JSON door", () => {
  it.each(METHODS)("answers $path as gRPC does", async ({ path, streams }) => {
    for (const token of [world.owner, ""]) {
      const { status, body } = await post(path, "{}", token);
      if (status !== 200) {
        expect(Object.keys(body)).toEqual(["code", "message", "details"]);
        expect(status).toBe(HTTP_STATUS[body.code as keyof typeof HTTP_STATUS]);
      }
      const code = status === 200 ? "ok" : body.code;
      if (streams) expect(["unimplemented", "unauthenticated"]).toContain(code);
      else {
        const call = world.call(token === "" ? undefined : token, path as "TokenService/", {});
        expect(code).toBe(await codeOf(call));
      }
    }
  });

  it("names the field at fault, and what to do", async () => {
    const { status, body } = await post("SecretService/ListSecrets", "{}");
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: "invalid",
      message: "parent is missing",
      details: { field: "parent" },
    });
  });
});

describe("docs/api.md", () => {
  it("has an example that works as it stands", async () => {
    const page = await readFile(join(import.meta.dirname, "../../../docs/api.md"), "utf8");
    const examples = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    const example = examples.find((text) => text.includes("$KEYHOLD_HTTP")) ?? "";
    expect(example).toContain("curl");
    const env = {
      PATH: process.env.PATH,
      KEYHOLD_TOKEN: world.owner,
      KEYHOLD_HTTP: `http://${world.server.httpAddress}`,
      PASSWORD: "correct horse",
    };
    const shell = spawn("sh", ["-eu", "-c", example], { env });
    let output = "";
    shell.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    expect(await new Promise((resolve) => shell.on("close", resolve))).toBe(0);
    const [created, listed] = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const name = "organizations/acme/projects/web/secrets/DB_PASSWORD";
    expect(created).toMatchObject({ name, size: "13" });
    expect(listed.secrets).toMatchObject([{ name, creator: "users/owner" }]);
    expect(output).not.toContain("correct horse");
  });

  it("lists every error with the status that HTTP gives it", async () => {
    const page = await readFile(join(import.meta.dirname, "../../../docs/api.md"), "utf8");
    const rows = [...page.matchAll(/^\| [A-Z_]+ \| (\d+) \| `([\w-]+)` \|/gm)];
    const listed = Object.fromEntries(rows.map(([, status, code = ""]) => [code, Number(status)]));
    const { cancelled: _onlyTheCallerSeesIt, ...answered } = HTTP_STATUS;
    expect(listed).toEqual(answered);
  });
});
