import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import { ChevronIcon } from "./icons.tsx";
import classes from "./page-header.module.css";

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

/** The title of a page, also of the browser's tab; what is above it; what one can do here. */
export function PageHeader(props: {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly badge?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  useTitle(props.title);
  const { crumbs = [] } = props;
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {crumbs.length > 0 && <Crumbs crumbs={crumbs} />}
        <div className={classes.title}>
          <Title order={1}>{props.title}</Title>
          {props.badge}
        </div>
        {props.children !== undefined && <p className={classes.text}>{props.children}</p>}
      </div>
      {props.actions !== undefined && <div className={classes.actions}>{props.actions}</div>}
    </header>
  );
}

function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumbs" className={classes.crumbs}>
      {crumbs.map(({ label, href }) => (
        <span key={href}>
          <Link href={href}>{label}</Link>
          <ChevronIcon size={14} />
        </span>
      ))}
    </nav>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Keyhold`;
  }, [title]);
}
