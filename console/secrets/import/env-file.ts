/** A file that was chosen; kept only while the dialog is open. */
export interface EnvFile {
  readonly name: string;
  readonly content: Uint8Array;
}
