// What an operator does to a data directory from its own machine: the command line's way in.
export { backupDirectory } from "./backup/backup.ts";
export { restoreBackup } from "./backup/restore.ts";
export { rotateDirectory } from "./keys/rotate-directory.ts";
export { migrateDirectory } from "./store/migrate-directory.ts";
