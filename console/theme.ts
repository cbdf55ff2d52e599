import { createTheme, Drawer, Modal, Tooltip } from "@mantine/core";

/** What is not a colour or a measure; those are in styles/tokens.css. */
export const THEME = createTheme({
  primaryColor: "blue",
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    // The lock would add a style element; styles/base.css does it instead.
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        transitionProps: { duration: 0 },
        closeButtonProps: { "aria-label": "Close" },
      },
    }),
    Drawer: Drawer.extend({
      defaultProps: {
        lockScroll: false,
        transitionProps: { duration: 0 },
        closeButtonProps: { "aria-label": "Close" },
      },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: true } },
    }),
  },
});
