/**
 * Which folder may import which, types included. dependency-cruiser checks these rules in `npm run check` and in test/unit/house.
 *
 * The folders are layers: a folder imports only folders below it. CONTRIBUTING.md explains how to read and change the rules.
 */

/** The control plane from the bottom to the top. Folders of one line are on the same level and may import one another one way. */
const CONTROL_PLANE = [
  ["database"],
  ["secrets", "directory", "keys", "audit", "rollout/records"],
  ["stores", "rotation", "import"],
  ["identity"],
  ["resolve"],
  ["stream"],
  ["rollout"],
  ["api", "metrics", "http"],
  ["backup", "control"],
];

const levelPath = (folders) => `^controlplane/(${folders.join("|")})/`;

/** `rollout/records` is below `resolve`, the rest of `rollout` is above it. */
const except = (folder) => (folder === "rollout" ? { pathNot: "^controlplane/rollout/records/" } : {});

const upwardRules = CONTROL_PLANE.flatMap((folders, level) => {
  const above = CONTROL_PLANE.slice(level + 1).flat();
  if (above.length === 0) return [];
  return folders.map((folder) => ({
    name: `controlplane-${folder.replace("/", "-")}-imports-nothing-above`,
    comment: `controlplane/${folder} may import only the folders below it`,
    severity: "error",
    from: { path: levelPath([folder]), ...except(folder) },
    to: {
      path: levelPath(above),
      ...(above.includes("rollout") ? { pathNot: "^controlplane/rollout/records/" } : {}),
    },
  }));
});

module.exports = {
  forbidden: [
    {
      name: "no-circular-files",
      comment: "files that import each other cannot be read alone; move what both need into a third file",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circular-folders",
      comment: "folders that import each other are one folder in truth; move what both need below both",
      severity: "error",
      scope: "folder",
      from: { path: "^(agent|cli|common|console|controlplane)(/|$)" },
      to: { circular: true },
    },
    {
      name: "common-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^common/" },
      to: { path: "^(agent|bench|cli|console|controlplane|test|tools)/" },
    },
    {
      name: "agent-imports-common-only",
      severity: "error",
      from: { path: "^agent/" },
      to: { path: "^(bench|cli|console|controlplane|test|tools)/" },
    },
    {
      name: "controlplane-imports-common-only",
      severity: "error",
      from: { path: "^controlplane/" },
      to: { path: "^(agent|bench|cli|console|test|tools)/" },
    },
    {
      name: "console-imports-protos-and-workload-rules-only",
      severity: "error",
      from: { path: "^console/" },
      to: { path: "^(agent|bench|cli|controlplane|test|tools)/|^common/(?!workload/)" },
    },
    {
      name: "cli-imports-no-tools",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(bench|console|test|tools)/" },
    },
    {
      name: "cli-imports-entry-points-only",
      comment:
        "the command line starts the programs and runs their maintenance; it does not use their inner parts",
      severity: "error",
      from: { path: "^cli/" },
      to: {
        path: "^(agent|controlplane)/",
        pathNot: [
          "^(agent|controlplane)/[^/]+[.]ts$",
          // `keyhold run` plans for a host process what the agent plans for a container.
          "^agent/(inject/plan|watch)/",
          "^agent/session/messages[.]ts$",
          // From a clone the runtime helper is compiled when it is installed.
          "^agent/runtime/native-helper[.]ts$",
        ],
      },
    },
    {
      name: "node-forge-only-in-identity",
      severity: "error",
      from: { path: "^(agent|cli|common|console|controlplane)/", pathNot: "^(agent|controlplane)/identity/" },
      to: { path: "node_modules/node-forge" },
    },
    {
      name: "dockerode-only-in-the-docker-engine",
      severity: "error",
      from: { path: "^(agent|cli|common|console|controlplane)/", pathNot: "^agent/engine/docker/" },
      to: { path: "node_modules/dockerode" },
    },
    {
      name: "controlplane-folders-import-no-composition-root",
      comment: "only operations on a whole data directory (backup, control) open a database themselves",
      severity: "error",
      from: { path: "^controlplane/(?!backup/|control/)[^/]+/" },
      to: { path: "^controlplane/[^/]+[.]ts$" },
    },
    {
      name: "agent-engine-is-a-leaf",
      comment: "what is Docker's own stands behind agent/engine; it knows nothing of injecting and changing",
      severity: "error",
      from: { path: "^agent/engine/" },
      to: { path: "^agent/(cache|change|credentials|doctor|inject|metrics|resume|session|watch)/" },
    },
    ...upwardRules,
  ],
  options: {
    // swc reads TypeScript without the compiler's API, which TypeScript 7 does not have.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^proto/gen/|^console/dist" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js"] },
  },
};
