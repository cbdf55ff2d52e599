import { type ComponentType, lazy, Suspense } from "react";
import { Route, Switch, useLocation } from "wouter";
import { Frame } from "./frame/frame.tsx";
import { NotFound } from "./frame/not-found.tsx";
import { PageBoundary } from "./parts/page-boundary.tsx";
import { Loading } from "./parts/states.tsx";

const ORGANIZATION = "/organizations/:organization";
const PROJECT = `${ORGANIZATION}/projects/:project`;
const WORKSPACE = `${ORGANIZATION}/workspaces/:workspace`;

/**
 * Every page by its address; each is a chunk of its own. The address of a resource's page is its resource name, that of a list the
 * name of the collection.
 */
const PAGES: readonly (readonly [path: string, page: ComponentType])[] = [
  ["/", lazy(() => import("./organizations/organizations-page.tsx"))],
  [`${ORGANIZATION}/secrets`, lazy(() => import("./secrets/organization-secrets-page.tsx"))],
  [`${ORGANIZATION}/users/:user/secrets`, lazy(() => import("./secrets/own-secrets-page.tsx"))],
  [`${ORGANIZATION}/projects`, lazy(() => import("./projects/projects-page.tsx"))],
  [PROJECT, lazy(() => import("./projects/project-page.tsx"))],
  [`${PROJECT}/secrets`, lazy(() => import("./projects/project-secrets-page.tsx"))],
  [`${PROJECT}/members`, lazy(() => import("./projects/project-members-page.tsx"))],
  [`${ORGANIZATION}/workspaces`, lazy(() => import("./workspaces/workspaces-page.tsx"))],
  [WORKSPACE, lazy(() => import("./workspaces/workspace-page.tsx"))],
  [`${WORKSPACE}/secrets`, lazy(() => import("./workspaces/workspace-secrets-page.tsx"))],
  [`${WORKSPACE}/containers`, lazy(() => import("./workspaces/containers-page.tsx"))],
  [`${ORGANIZATION}/rollouts`, lazy(() => import("./rollouts/rollouts-page.tsx"))],
  [`${ORGANIZATION}/nodes`, lazy(() => import("./nodes/nodes-page.tsx"))],
  [`${ORGANIZATION}/auditEvents`, lazy(() => import("./audit/audit-page.tsx"))],
  [`${ORGANIZATION}/members`, lazy(() => import("./members/members-page.tsx"))],
  [`${ORGANIZATION}/tokens`, lazy(() => import("./tokens/tokens-page.tsx"))],
  ...atEveryScope(
    "",
    lazy(() => import("./secrets/detail/secret-page.tsx")),
  ),
  ...atEveryScope(
    "/versions",
    lazy(() => import("./secrets/detail/history-page.tsx")),
  ),
  ...atEveryScope(
    "/auditEvents",
    lazy(() => import("./secrets/detail/audit-trail-page.tsx")),
  ),
];

/** A view of a secret, wherever it is stored. */
function atEveryScope(view: string, page: ComponentType): readonly (readonly [string, ComponentType])[] {
  return [
    [`${ORGANIZATION}/secrets/:secret${view}`, page],
    [`${ORGANIZATION}/:collection/:scope/secrets/:secret${view}`, page],
  ];
}

export function Pages() {
  const [path] = useLocation();
  return (
    <Frame>
      <PageBoundary key={path}>
        <Suspense fallback={<Loading />}>
          <Switch>
            {PAGES.map(([path, Page]) => (
              <Route key={path} path={path}>
                <Page />
              </Route>
            ))}
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </PageBoundary>
    </Frame>
  );
}
