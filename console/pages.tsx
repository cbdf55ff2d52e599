import { type ComponentType, lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Frame } from "./frame/frame.tsx";
import { NotFound } from "./frame/not-found.tsx";
import { Loading } from "./parts/states.tsx";

/**
 * Every page by its address; each is a chunk of its own. The address of a resource's page is its resource name, that of a list the
 * name of the collection.
 */
const PAGES: readonly (readonly [path: string, page: ComponentType])[] = [
  ["/", lazy(() => import("./organizations/organizations-page.tsx"))],
  ["/organizations/:organization/secrets", lazy(() => import("./secrets/organization-secrets-page.tsx"))],
  ["/organizations/:organization/users/:user/secrets", lazy(() => import("./secrets/own-secrets-page.tsx"))],
  ["/organizations/:organization/projects", lazy(() => import("./projects/projects-page.tsx"))],
  [
    "/organizations/:organization/projects/:project/secrets",
    lazy(() => import("./projects/project-secrets-page.tsx")),
  ],
  ...atEveryScope(
    "",
    lazy(() => import("./secrets/detail/secret-page.tsx")),
  ),
  ...atEveryScope(
    "/versions",
    lazy(() => import("./secrets/detail/history-page.tsx")),
  ),
];

/** A view of a secret, wherever it is stored. */
function atEveryScope(view: string, page: ComponentType): readonly (readonly [string, ComponentType])[] {
  return [
    [`/organizations/:organization/secrets/:secret${view}`, page],
    [`/organizations/:organization/:collection/:scope/secrets/:secret${view}`, page],
  ];
}

export function Pages() {
  return (
    <Frame>
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
    </Frame>
  );
}
