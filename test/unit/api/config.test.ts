import { describe, expect, it } from "vitest";
import { defaultDataDirectory, parseServerConfig } from "../../../controlplane/config.ts";

const parse = (flags: object) => () => parseServerConfig({ dataDirectory: "/data", ...flags });

describe("the server's flags", () => {
  it("have the defaults of the contract", () => {
    expect(parse({})()).toEqual({
      dataDirectory: "/data",
      apiListen: { host: "127.0.0.1", port: 7443 },
      nodeListen: { host: "127.0.0.1", port: 7444 },
      httpListen: { host: "127.0.0.1", port: 7480 },
      names: [],
      startNew: false,
    });
  });

  it("take IPv6 addresses in brackets, host names and port 0", () => {
    const config = parse({
      apiListen: "[::1]:0",
      nodeListen: "box.example:1",
      httpListen: "0.0.0.0:65535",
    })();
    expect([config.apiListen, config.nodeListen, config.httpListen]).toEqual([
      { host: "::1", port: 0 },
      { host: "box.example", port: 1 },
      { host: "0.0.0.0", port: 65535 },
    ]);
  });

  it("are refused all at once, each with its flag", () => {
    for (const bad of ["7443", "host", "host:99999", ":7443", "::1:7443", "host:port", "a b:1"]) {
      expect(parse({ apiListen: bad }), bad).toThrow("--api-listen");
    }
    const both = parse({ apiListen: "x", nodeListen: "y", names: ["a b"] });
    expect(both).toThrow(/--api-listen.*--node-listen.*--name/);
  });

  it("do not let two ports be the same, unless the system chooses them", () => {
    expect(parse({ nodeListen: "127.0.0.1:7443" })).toThrow("--api-listen and --node-listen");
    expect(parse({ apiListen: "127.0.0.1:0", nodeListen: "127.0.0.1:0" })).not.toThrow();
  });

  it("take a PostgreSQL database, and no other", () => {
    expect(parse({ databaseUrl: "postgres://db/keyhold" })).not.toThrow();
    expect(parse({ databaseUrl: "mysql://db" })).toThrow("postgres://");
  });

  it("take the database's URL from the environment where the command line has none", () => {
    const urlOf = (flag: string | undefined, environment: Record<string, string>) =>
      parseServerConfig({ dataDirectory: "/d", databaseUrl: flag }, environment).databaseUrl;
    const environment = { KEYHOLD_DATABASE_URL: "postgres://user:password@db/one" };
    expect(urlOf(undefined, environment)).toBe("postgres://user:password@db/one");
    expect(urlOf("postgres://db/two", environment)).toBe("postgres://db/two");
    expect(urlOf(undefined, {})).toBeUndefined();
    expect(() => urlOf(undefined, { KEYHOLD_DATABASE_URL_FILE: "/nowhere/url" })).toThrow("/nowhere/url");
  });

  it("that are unknown are refused", () => {
    expect(parse({ aipListen: "127.0.0.1:1" })).toThrow("aipListen");
  });

  it("put the data where the user may write it", () => {
    expect(defaultDataDirectory({ isRoot: true, home: "/root" })).toBe("/var/lib/keyhold/server");
    expect(defaultDataDirectory({ isRoot: false, home: "/home/a" })).toBe(
      "/home/a/.local/share/keyhold/server",
    );
    expect(defaultDataDirectory({ isRoot: false, home: "/home/a", xdgDataHome: "/x" })).toBe(
      "/x/keyhold/server",
    );
  });
});
