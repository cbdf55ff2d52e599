import type { Places } from "./places.ts";

export interface UnitOptions {
  /** The command `keyhold` of this installation, as words. */
  readonly keyhold: readonly string[];
  /** `host:port`, for the first start. */
  readonly server: string | undefined;
}

/** The agent's systemd unit; pure. */
export function unitText(places: Places, { keyhold, server }: UnitOptions): string {
  const flags = [
    ...(server === undefined ? [] : ["--server", server]),
    ...["--join-file", places.joinFile, "--state", places.stateDirectory],
    ...["--run-dir", places.runDirectory, "--docker-socket", places.dockerSocket],
  ];
  const start = [...keyhold, "agent", "start", ...flags].map(word).join(" ");
  const socket = `${places.runDirectory}/runtime.sock`;
  return `# Written by: keyhold agent install
[Unit]
Description=Keyhold agent: gives the containers of this host their secrets
# The engine starts containers as soon as it is up, and their starts ask the agent. It needs neither engine nor control plane for
# its own start: it waits for both, and answers from what it keeps meanwhile.
Before=docker.service
After=local-fs.target network.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${start}
# The engine is held back until the agent answers, but not for good.
ExecStartPost=-/usr/bin/timeout 30 /bin/sh -c ${word(`until test -S ${socket}; do sleep 0.1; done`)}
Restart=always
RestartSec=1
# Containers go on while the agent is restarted: their files are on a tmpfs that it mounts itself at ${places.runDirectory} and finds
# again. RuntimeDirectory= would empty that at each stop.
KillMode=mixed
TimeoutStopSec=20
# Values are in its memory, and stay there.
LimitCORE=0
MemorySwapMax=0
UMask=0077
OOMScoreAdjust=-500
LimitNOFILE=65536
# Only what leaves it in the host's mount namespace: ProtectSystem=, PrivateTmp= and their like give it one of its own, and the
# engine would not see the tmpfs that it mounts. MemoryDenyWriteExecute= would stop Node's compiler.
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
CapabilityBoundingSet=CAP_SYS_ADMIN CAP_CHOWN CAP_FOWNER CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH

[Install]
WantedBy=multi-user.target docker.service
`;
}

/** One word of a command line, as systemd reads it: % and $ mean something there. */
function word(text: string): string {
  const escaped = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[A-Za-z0-9_@%+=:,./[\]-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, "\\$&")}"`;
}
