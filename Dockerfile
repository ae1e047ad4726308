# The gateway alone, configured from the environment. It runs as nobody in particular and writes to
# /app/data (sessions in SQLite) and /tmp (documents while they are imported) only.
FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node, so the pinned one is left out.
RUN npm ci --omit=optional
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY src src
RUN npx nest build && npm prune --omit=dev --omit=optional

FROM node:24.21.0-slim
# Imports are checked in threads; glibc would keep an arena of memory for each of them.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY config config
RUN mkdir data && chown node:node data
# By number, which is the user node here: Kubernetes cannot tell of a name that it is not root's.
USER 1000:1000
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=2s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Node itself is process 1, so that SIGTERM reaches it.
# A young generation of 8 MB and not 16: what answers of 200 KB leave behind is cleared before V8 looks through everything.
CMD ["node", "--max-semi-space-size=8", "dist/src/main.js"]
