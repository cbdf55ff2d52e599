// What an operator does to a data directory from its own machine: the command line's way in.
export { backupDirectory } from "./backup/backup.ts";
export { restoreBackup } from "./backup/restore.ts";
export { migrateDirectory } from "./control/migrate-directory.ts";
export { renewOwnerTokenOf } from "./control/owner-token-directory.ts";
export { rotateDirectory } from "./control/rotate-directory.ts";
