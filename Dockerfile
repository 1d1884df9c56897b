# The server in a container: docker build -t pawl . (docs/containers.md tells how it is run).
ARG NODE_VERSION=24.19.0
ARG DEBIAN_VERSION=trixie-20260803-slim

FROM node:${NODE_VERSION}-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY console/package.json console/
# The packages that build Pawl and run it; none of their install scripts is needed.
RUN npm ci --omit=dev --include=optional --ignore-scripts --no-audit --no-fund
COPY LICENSE tsconfig.json ./
COPY console console
COPY examples examples
COPY models models
COPY scripts scripts
COPY src src
RUN node scripts/build.mjs && node scripts/containers/write-program.ts image

FROM debian:${DEBIAN_VERSION}
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin pawl \
  && install --directory --owner=10001 --group=10001 --mode=0750 /data \
  && ln --symbolic /pawl/dist/cli/main.js /usr/local/bin/pawl
# Node.js alone, without npm and yarn, which nothing here calls.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /build/image /pawl
ENV PAWL_HOST=0.0.0.0 PAWL_PORT=8083 PAWL_DB=/data/pawl.db
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8083
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PAWL_PORT + '/health', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["pawl"]
CMD ["serve"]
