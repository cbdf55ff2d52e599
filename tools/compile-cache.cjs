// Keeps compiled code and stripped types between runs: `keyhold --help` starts in half the time. Loaded by tools/run before the
// program, because an environment variable for it would be inherited by whatever `keyhold run` starts; and JavaScript, because
// stripping types is part of what it saves.
require("node:module").enableCompileCache(
  require("node:path").join(__dirname, "../node_modules/.cache/node"),
);
