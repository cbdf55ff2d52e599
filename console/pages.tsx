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
];

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
