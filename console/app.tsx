import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { newQueryClient } from "./api/queries.ts";
import { Pages } from "./pages.tsx";
import { ConfirmProvider } from "./parts/confirm.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { SessionGate } from "./session/gate.tsx";
import { THEME } from "./theme.ts";

/** Variables and classes come from files: under the server's policy a style element would not count. */
export function App() {
  const [client] = useState(newQueryClient);
  return (
    <MantineProvider
      theme={THEME}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <ConfirmProvider>
          <SessionGate>
            <Pages />
          </SessionGate>
        </ConfirmProvider>
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  );
}
