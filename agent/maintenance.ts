/** What the command line needs of the agent to put it on a host and to look at it there. */
export { type Done, installOnHost, type RunOptions, uninstallFromHost } from "./install/host-install.ts";
export { type PlaceOptions, type Places, placesOf } from "./install/places.ts";
export type { InstallWish } from "./install/plan-install.ts";
