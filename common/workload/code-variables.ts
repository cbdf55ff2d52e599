/*
 * Variables whose value is code to somebody: shells, interpreters, loaders and tools run it, load from where it says, trust or obey
 * it. Whoever may write such a secret runs code as whoever starts a process with it. In a container that is the business of the
 * image's owner; on a host, `keyhold run` sets them only where the caller names them.
 */

interface CodeVariables {
  /** Who obeys them, for a sentence: "is obeyed by …". */
  readonly by: string;
  readonly names: RegExp;
}

/** Matched against the whole name. */
const TABLE: readonly CodeVariables[] = [
  {
    by: "shells",
    names:
      /BASH_ENV|ENV|BASHOPTS|SHELLOPTS|BASH_LOADABLES_PATH|PROMPT_COMMAND|PS[0-4]|IFS|CDPATH|GLOBIGNORE|ZDOTDIR|FPATH|INPUTRC|HISTFILE|POSIXLY_CORRECT/,
  },
  {
    by: "the dynamic loader and the C library",
    names:
      /LD_\w+|DYLD_\w+|GLIBC_TUNABLES|GCONV_PATH|GETCONF_DIR|LOCPATH|NLSPATH|MALLOC_TRACE|TMPDIR|TZDIR|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|RESOLV_HOST_CONF|NIS_PATH/,
  },
  {
    by: "Node.js, npm and their kin",
    names:
      /NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|REPL_EXTERNAL_MODULE|TLS_REJECT_UNAUTHORIZED|ICU_DATA|V8_COVERAGE|COMPILE_CACHE|USE_SYSTEM_CA|USE_ENV_PROXY|PENDING_DEPRECATION|REDIRECT_WARNINGS)|npm_config_\w+|NPM_CONFIG_\w+|YARN_(?:RC_FILENAME|PLUGINS|YARN_PATH|NPM_REGISTRY_SERVER)|BUN_(?:OPTIONS|CONFIG_\w+|INSTALL)|DENO_(?:DIR|CERT|TLS_CA_STORE)/,
  },
  {
    by: "Python and its installers",
    names: /PYTHON[A-Z]+|PYTHON_\w+|PIP_\w+|UV_(?:\w+_)?(?:INDEX|INDEX_URL|CONFIG_FILE)|PIPENV_\w+|PYENV_\w+/,
  },
  {
    by: "Perl",
    names: /PERL5?(?:OPT|LIB|DB)|PERL5(?:SHELL|DB_THREADED)|PERLIO|PERL_(?:MM|MB|CPANM|LOCAL_LIB)_\w+/,
  },
  {
    by: "Ruby",
    names:
      /RUBY(?:OPT|LIB|PATH|SHELL|GEMS_GEMDEPS)|GEM_(?:HOME|PATH|SPEC_CACHE)|BUNDLE_(?:GEMFILE|PATH|BIN_PATH|APP_CONFIG|PLUGINS)/,
  },
  {
    by: "Java and its tools",
    names:
      /(?:JDK_|_)?JAVA_(?:TOOL_)?OPTIONS|(?:\w+_)?(?:JAVA|JVM|MAVEN|GRADLE|ANT|SBT|CATALINA|SCALA|KOTLIN)_OPTS|MAVEN_(?:ARGS|CONFIG)|JAVA_HOME|CLASSPATH/,
  },
  {
    by: "PHP, Lua, Tcl, R, Julia and Erlang",
    names:
      /PHPRC|PHP_INI_SCAN_DIR|LUA_INIT\w*|LUA_C?PATH\w*|TCLLIBPATH|R_(?:PROFILE|ENVIRON|LIBS)\w*|JULIA_(?:LOAD_PATH|DEPOT_PATH|PROJECT)|ERL_(?:FLAGS|AFLAGS|ZFLAGS|LIBS)|ELIXIR_ERL_OPTIONS|GUILE_LOAD\w*|EMACSLOADPATH/,
  },
  { by: ".NET", names: /(?:DOTNET|CORECLR|COR|COMPlus)_(?!\w*TOKEN)\w+/ },
  {
    by: "Go and Rust tools",
    names:
      /GO(?:FLAGS|PROXY|ENV|ROOT|PATH|BIN|TOOLCHAIN|SUMDB|NOSUMDB|NOSUMCHECK|NOPROXY|INSECURE|PRIVATE|AUTH|VCS|WORK)|CGO_\w+|RUSTC(?:_\w+)?|RUSTDOC|RUST(?:DOC)?FLAGS|RUSTUP_\w+|CARGO_(?:HOME|BUILD_\w+|TARGET_\w+|ENCODED_RUSTFLAGS)/,
  },
  {
    by: "compilers and make",
    names:
      /(?:GNU)?MAKEFLAGS|MFLAGS|MAKEFILES|CC|CXX|CPP|LD|AR|AS|(?:C|CXX|CPP|LD)FLAGS|CMAKE_(?:TOOLCHAIN_FILE|PREFIX_PATH|\w+_LAUNCHER)|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|LIBRARY_PATH|COMPILER_PATH|GCC_EXEC_PREFIX|PKG_CONFIG(?:_\w+)?/,
  },
  // A token or a password is nothing that git reads by such a name.
  { by: "git", names: /GIT_(?!(?:\w+_)?(?:TOKEN|PAT|PASSWORD|USERNAME|USER)$)\w+/ },
  {
    by: "clients of version control and remote shells",
    names:
      /(?:\w+_)?ASKPASS|SSH_(?:AUTH_SOCK|ASKPASS_REQUIRE|SK_\w+)|(?:RSYNC|CVS)_RSH|SVN_SSH|HG|HGRCPATH|HGEDITOR|HGMERGE/,
  },
  {
    by: "TLS clients",
    names:
      /SSL_CERT_(?:FILE|DIR)|SSLKEYLOGFILE|OPENSSL_(?:CONF|MODULES|ENGINES|CONF_INCLUDE)|(?:\w+_)?CA_BUNDLE|GNUTLS_\w+|GNUPGHOME/,
  },
  { by: "network clients as their proxy", names: /\w*_proxy|\w*_PROXY/ },
  {
    by: "tools that start a pager, an editor or a browser",
    names:
      /(?:\w+_)?(?:PAGER|EDITOR|VISUAL|BROWSER|TERMINAL)|LESS|LESSOPEN|LESSCLOSE|LESSKEY\w*|MANOPT|VIMINIT|EXINIT|VIMRUNTIME|FCEDIT|TERMINFO(?:_DIRS)?|TERMCAP/,
  },
  {
    by: "tools as the place of their configuration",
    names:
      /XDG_(?:CONFIG|DATA)_(?:HOME|DIRS)|CURL_HOME|WGETRC|NETRC|PSQLRC|PGSYSCONFDIR|PGSERVICEFILE|MYSQL_HOME|TAR_OPTIONS|GREP_OPTIONS|RIPGREP_CONFIG_PATH|FZF_DEFAULT_\w+|GTK_(?:MODULES|PATH)|QT_PLUGIN_PATH|GIO_EXTRA_MODULES|ANSIBLE_(?:CONFIG|\w+_PLUGINS|\w+_PATH|LIBRARY)|TF_CLI_\w+|TF_PLUGIN_CACHE_DIR/,
  },
  {
    by: "clients of engines, clusters and clouds",
    names:
      /DOCKER_(?:HOST|CONTEXT|CERT_PATH|TLS_VERIFY)|BUILDKIT_HOST|CONTAINER_HOST|CONTAINERS_CONF\w*|KUBECONFIG|KUBECTL_EXTERNAL_DIFF|KUBE_EDITOR|HELM_PLUGINS|AWS_(?:CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL\w*)|CLOUDSDK_(?:PYTHON\w*|CONFIG)/,
  },
];

const ENTRIES = TABLE.map(({ by, names }) => ({ by, names: new RegExp(`^(?:${names.source})$`) }));

/**
 * Who would run code from a variable of this name, or load, trust or connect as it says: a noun for "is obeyed by …".
 * @returns undefined for an ordinary variable
 */
export function obeyedBy(variable: string): string | undefined {
  return ENTRIES.find(({ names }) => names.test(variable))?.by;
}
