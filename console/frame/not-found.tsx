import { Link } from "wouter";
import { SearchIcon } from "../parts/icons.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { EmptyState } from "../parts/states.tsx";

export function NotFound() {
  return (
    <>
      <PageHeader title="No such page" />
      <EmptyState
        icon={<SearchIcon />}
        title="There is nothing at this address"
        action={<Link href="/">To the start</Link>}
      >
        The address of a page is the name of what it shows, like /organizations/acme/projects/web/secrets.
      </EmptyState>
    </>
  );
}
