# The control plane and the agent as images. From a clone, on any machine with Docker:
#
#     docker build --target controlplane --tag keyhold/controlplane .
#     docker build --target agent        --tag keyhold/agent        .
#
# docs/containers.md says how to run them. Written for the classic builder as well as for BuildKit.
#
# Nothing but the base images depends on a registry of images: where none can be reached, give two images that you have.
# BUILD_IMAGE needs Node 26, npm, a C compiler and a static C library; RUN_IMAGE needs Node 26, a shell and the user `node` (1000).
ARG BUILD_IMAGE=node:26-bookworm
ARG RUN_IMAGE=node:26-bookworm-slim


# Everything that is copied, laid out for each image. No package's install script runs.
FROM ${BUILD_IMAGE} AS files
WORKDIR /build/common
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm package-lock.json .npmrc
COPY LICENSE ./
COPY tools/images/keyhold bin/keyhold
COPY proto proto
COPY common common
COPY cli cli
COPY controlplane /build/controlplane/controlplane
COPY agent /build/agent/agent
# A clone made under a strict umask is readable by its owner only, who is nobody in the image.
RUN chmod -R a+rX,go-w LICENSE package.json bin proto common cli /build/controlplane /build/agent && chmod 0755 bin/keyhold


# The console: only its bundle is kept, nothing of what makes it.
FROM ${BUILD_IMAGE} AS console
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY common common
COPY console console
RUN node node_modules/vite/bin/vite.js build console --config console/vite.config.ts --logLevel warn && chmod -R a+rX,go-w console/dist


# What both have: the command line, and what it shares with the processes that it starts.
FROM ${RUN_IMAGE} AS common
WORKDIR /opt/keyhold
COPY --from=files /build/common ./
RUN ln -s /opt/keyhold/bin/keyhold /usr/local/bin/keyhold


FROM common AS controlplane
LABEL org.opencontainers.image.title="Keyhold control plane" \
      org.opencontainers.image.description="Stores secrets, resolves them for workloads and streams them to Docker hosts" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=files /build/controlplane ./
COPY --from=console /build/console/dist console/dist
# Before VOLUME: a new volume starts as a copy of this directory, owner and mode included.
RUN mkdir -p /var/lib/keyhold && chown 1000:1000 /var/lib/keyhold && chmod 0700 /var/lib/keyhold
VOLUME /var/lib/keyhold
USER 1000:1000
EXPOSE 7443 7444 7480
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7480/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A flag given twice takes its last value, so that arguments of `docker run` add to these and override them.
ENTRYPOINT ["node", "--disable-sigusr1", "/opt/keyhold/cli/main.ts", "server", "start", \
  "--data", "/var/lib/keyhold", \
  "--api-listen", "0.0.0.0:7443", "--node-listen", "0.0.0.0:7444", "--http-listen", "0.0.0.0:7480"]


# The OCI runtime helper, static: it is copied to the host and must run there without this image.
FROM ${BUILD_IMAGE} AS helper
WORKDIR /opt/keyhold
COPY package.json ./
COPY common/errors.ts common/command.ts common/
COPY tools/images/compile-helper.ts tools/images/
COPY agent/runtime/keyhold-runtime.c agent/runtime/native-helper.ts agent/runtime/
RUN node tools/images/compile-helper.ts /opt/keyhold/libexec/keyhold-runtime


# Root, because it mounts tmpfs and speaks to the engine, which makes whoever may do so root anyway.
FROM common AS agent
LABEL org.opencontainers.image.title="Keyhold agent" \
      org.opencontainers.image.description="Gives the secrets of a Docker host's containers to them before their first instruction" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=helper /opt/keyhold/libexec/keyhold-runtime libexec/keyhold-runtime
COPY --from=files /build/agent ./
RUN mkdir -p /var/lib/keyhold && chmod 0700 /var/lib/keyhold
VOLUME /var/lib/keyhold
USER 0:0
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--disable-sigusr1", "/opt/keyhold/cli/main.ts", "agent", "start"]
