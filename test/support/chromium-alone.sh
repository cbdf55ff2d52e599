#!/bin/sh
# Chromium in a network namespace of its own, as playwright starts it: see chromium-alone.ts.
exec unshare --net -- "$KEYHOLD_TEST_NODE" "${0%.sh}.ts" "$@"
