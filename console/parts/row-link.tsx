import type { ReactNode } from "react";
import { Link } from "wouter";
import classes from "./data-table.module.css";

/** The link of a row: a click anywhere in the row follows it. */
export function RowLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <Link href={href} className={classes.link}>
      {children}
    </Link>
  );
}
