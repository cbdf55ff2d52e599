import type { Surroundings } from "./surroundings.ts";

/** The only place of the command line that looks at the process itself. */
export function surroundingsOf(current: NodeJS.Process): Surroundings {
  return {
    // Late: a command that needs no input must not touch what belongs to whoever started it.
    get stdin() {
      return current.stdin;
    },
    stdout: current.stdout,
    stderr: current.stderr,
    environment: {
      server: given(current.env.KEYHOLD_SERVER?.trim()),
      caFile: given(current.env.KEYHOLD_CA_FILE),
      token: given(current.env.KEYHOLD_TOKEN?.trim()),
      joinToken: given(current.env.KEYHOLD_JOIN_TOKEN),
      configHome: given(current.env.XDG_CONFIG_HOME),
      dataHome: given(current.env.XDG_DATA_HOME),
      home: given(current.env.HOME),
    },
    inherited: current.env,
    isRoot: current.getuid?.() === 0,
    signals: current,
    exit: (code) => current.exit(code),
  };
}

/** A variable that is set to nothing is a variable that is not set: `KEYHOLD_TOKEN= keyhold …` is how one is taken away. */
function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
