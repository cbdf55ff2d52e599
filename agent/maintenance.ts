/** What the command line needs of the agent to put it on a host and to look at it there. */
export { type Check, fail, ok, warn } from "./doctor/check.ts";
export { examineHost } from "./doctor/doctor.ts";
export {
  type Done,
  installOnHost,
  requireRoot,
  uninstallFromHost,
} from "./engine/docker/install/host-install.ts";
export type { InstallWish } from "./engine/docker/install/install-wish.ts";
export { type PlaceOptions, type Places, placesOf } from "./engine/docker/install/places.ts";
export { loadIdentity } from "./identity/identity.ts";
