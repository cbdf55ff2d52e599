import { describe, expect, test } from "vitest";
import { type HostFacts, judgeHost } from "../../../tools/setup/host.ts";
import { choosePackages, type PackageHost, planPackages } from "../../../tools/setup/packages.ts";
import { policyScript } from "../../../tools/setup/service-starts.ts";

const V2 = "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
const V1 = "31 22 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
const able: HostFacts = {
  platform: "linux",
  userId: 0,
  capabilities: 0x1ffffffffffn,
  mounts: V2,
  namespaces: ["ipc", "mnt", "net", "pid", "uts"],
};

describe("a machine", () => {
  test("can run an engine as root with capabilities, namespaces and control groups", () => {
    expect(judgeHost(able)).toEqual({ root: true, canMount: true, cgroups: "v2", missing: undefined });
  });

  test("uses the v1 controllers where both versions are mounted", () => {
    expect(judgeHost({ ...able, mounts: V2 + V1 }).cgroups).toBe("v1");
  });

  test("does not take a named hierarchy without controllers for control groups", () => {
    const systemd = "32 22 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n";
    expect(judgeHost({ ...able, mounts: systemd }).cgroups).toBe("none");
  });

  test.for<[string, Partial<HostFacts>, RegExp]>([
    ["another system", { platform: "darwin" }, /needs Linux, this is darwin/],
    ["another user", { userId: 1000, capabilities: 0n }, /needs root; run the same command as root/],
    ["a container's root", { capabilities: 0xa80425fbn }, /may not mount.*--privileged/],
    ["a kernel without namespaces", { namespaces: ["ipc", "mnt", "pid", "uts"] }, /no net namespaces/],
    ["a machine without control groups", { mounts: "" }, /no control groups are mounted; run: mount/],
  ])("is told what is missing: %s", ([, facts, reason]) => {
    const { missing } = judgeHost({ ...able, ...facts });
    expect(missing).toMatch(reason);
    expect(missing).not.toContain("\n");
  });
});

describe("the packages to install", () => {
  const needs = [
    { program: "dockerd", packages: ["docker.io"] },
    { program: "docker", packages: ["docker-cli", "docker.io"] },
    { program: "htpasswd", packages: ["apache2-utils"] },
  ];
  const debian = (installed: readonly string[]): PackageHost => ({
    has: (program) => installed.includes(program),
    isRoot: () => true,
    isDebian: () => true,
  });

  test("are those whose program is missing", () => {
    expect(planPackages(needs, debian(["dockerd", "docker"]))).toEqual([needs[2]]);
  });

  test("are none where all programs are there, whoever asks and on whatever system", () => {
    const complete = {
      ...debian(["dockerd", "docker", "htpasswd"]),
      isRoot: () => false,
      isDebian: () => false,
    };
    expect(planPackages(needs, complete)).toEqual([]);
  });

  test("cannot be installed without root, and the error names programs and next step", () => {
    const plan = () => planPackages(needs, { ...debian(["docker"]), isRoot: () => false });
    expect(plan).toThrow(/dockerd, htpasswd.*needs root/);
    expect(plan).toThrow(
      expect.objectContaining({ code: "precondition", next: "run the same command as root" }),
    );
  });

  test("cannot be installed on another system, and the error names the programs", () => {
    expect(() => planPackages(needs, { ...debian([]), isDebian: () => false })).toThrow(
      /dockerd, docker, htpasswd.*only Debian/,
    );
  });

  test("are the first that this release has, each once", () => {
    expect(choosePackages(needs, (name) => name !== "docker-cli")).toEqual(["docker.io", "apache2-utils"]);
    expect(choosePackages(needs, () => true)).toEqual(["docker.io", "docker-cli", "apache2-utils"]);
  });

  test("are asked for by their last name where the release has none, so that apt says so", () => {
    expect(choosePackages(needs, () => false)).toEqual(["docker.io", "apache2-utils"]);
  });
});

test("the policy against starting services ends with the process that wrote it", () => {
  const script = policyScript(4242);
  expect(script.startsWith("#!/bin/sh\n")).toBe(true);
  expect(script.indexOf("[ -d /proc/4242 ] && exit 101")).toBeLessThan(
    script.indexOf("exec /usr/sbin/policy-rc.d.before"),
  );
  expect(script.trimEnd().endsWith("exit 0")).toBe(true);
});
