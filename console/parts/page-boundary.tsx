import { Component, type ReactNode } from "react";
import { ErrorState } from "./states.tsx";

/**
 * What a page throws while it is shown, a part of the console that could not be loaded above all: after an upgrade of the server the
 * parts of the older console are gone, and loading the page again brings the new one.
 */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly thrown: unknown }> {
  override state = { thrown: undefined };

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown };
  }

  override render() {
    if (this.state.thrown === undefined) return this.props.children;
    return <ErrorState error={this.state.thrown} retry={() => window.location.reload()} />;
  }
}
