import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";
import { ListIcon } from "../parts/icons.tsx";
import { Logo } from "../parts/logo.tsx";
import classes from "./frame.module.css";
import { Navigation } from "./navigation.tsx";

/** Around every page: where one is, where one can go, who one is. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [opened, menu] = useDisclosure(false);
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the address changes
  useEffect(menu.close, [path]);
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#content">
        Skip to the content
      </a>
      <header className={classes.bar}>
        <ActionIcon variant="subtle" size="lg" aria-label="Open the menu" onClick={menu.open}>
          <ListIcon />
        </ActionIcon>
        <Link href="/" className={classes.home}>
          <Logo />
        </Link>
      </header>
      <Drawer opened={opened} onClose={menu.close} title="Menu" size="17rem">
        <Navigation />
      </Drawer>
      <aside className={classes.side}>
        <Link href="/" className={classes.home}>
          <Logo />
        </Link>
        <Navigation />
      </aside>
      <main id="content" className={classes.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
