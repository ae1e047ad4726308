# The gateway alone, configured from the environment. It runs as user 1000 and writes to /app/data (sessions in SQLite) and
# /tmp (documents while they are imported) only.
# Pin the base image by digest where you build: docker buildx imagetools inspect node:24.21.0-slim, then node:24.21.0-slim@sha256:…
FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY src src
COPY scripts/bundle.mjs scripts/
# The image brings its own Node, so the pinned one, an optional dependency, is left out.
RUN npx nest build && node scripts/bundle.mjs && npm prune --omit=dev --omit=optional && npm sbom --sbom-format cyclonedx > sbom.json
# Types, source maps and documentation of packages: half of node_modules.
COPY deploy/image deploy/image
RUN node deploy/image/slim.mjs node_modules
# What V8 compiles during a start, so that no container has to: its own file system is read-only.
COPY config config
RUN node deploy/image/compile.mjs

# The sandbox, for the tests of frontends: docker build --target sandbox (docs/sandbox.md).
FROM node:24.21.0-slim AS sandbox-build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=optional
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY src src
COPY sandbox sandbox
COPY config config
COPY docs/sandbox.md docs/
COPY scripts/sandbox-package.mjs scripts/
RUN npx nest build && node scripts/sandbox-package.mjs /package && npm install --prefix /package --omit=dev --omit=optional

FROM node:24.21.0-slim AS sandbox
COPY --from=sandbox-build /package /sandbox
USER 1000:1000
CMD ["node", "/sandbox/bin.js"]

FROM node:24.21.0-slim
# Imports are checked in threads; glibc would keep an arena of memory for each of them. And it would raise its thresholds
# after the first large document, and keep what is freed afterwards.
ARG GATEWAY_REVISION
ENV NODE_ENV=production GATEWAY_REVISION=${GATEWAY_REVISION} \
    MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
COPY --from=build /app/package.json /app/sbom.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src/main.js dist/src/
COPY --from=build /app/dist/bundle dist/bundle
COPY --from=build /app/dist/compiled dist/compiled
COPY --from=build /app/deploy/image/healthcheck.mjs deploy/image/
COPY config config
RUN mkdir data && chown node:node data && ln -s /app/dist/src/main.js /usr/local/bin/gateway && chmod +x dist/src/main.js
# By number, which is the user node here: Kubernetes cannot tell of a name that it is not root's.
USER 1000:1000
VOLUME /app/data
EXPOSE 3000
# It kills a process that hangs, where process 1 is an init (deploy/image/healthcheck.mjs).
HEALTHCHECK --interval=10s --timeout=35s --start-period=15s --retries=1 CMD ["node", "deploy/image/healthcheck.mjs"]
# Node itself, so that SIGTERM reaches it.
# A young generation of 8 MB and not 16: what answers of 200 KB leave behind is cleared before V8 looks through everything.
CMD ["node", "--max-semi-space-size=8", "dist/src/main.js"]
