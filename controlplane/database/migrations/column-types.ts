/** What differs between the databases while tables are made. */
export interface ColumnTypes {
  readonly bytes: "blob" | "bytea";
}
