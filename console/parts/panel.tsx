import type { ReactNode } from "react";
import classes from "./panel.module.css";

/** A part of a page with a heading of its own. */
export function Panel(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <section className={classes.panel} aria-label={props.title}>
      <div className={classes.head}>
        <h2 className={classes.title}>{props.title}</h2>
        {props.actions}
      </div>
      {props.children}
    </section>
  );
}

/** What is known of a thing, a line each. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
