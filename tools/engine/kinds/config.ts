/** The engine that tests (and `npm start`) use: the value of KEYHOLD_TEST_ENGINE, for example `sid+containerd`. Undefined: the installed one. */
export function chosenKindName(): string | undefined {
  return process.env.KEYHOLD_TEST_ENGINE || undefined;
}
