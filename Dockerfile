# syntax=docker/dockerfile:1

# One image for the set-up step, every service and the reference worker; the command says which.
FROM node:22-slim AS build
WORKDIR /app
COPY . .
# Install scripts fetch what only development needs (nx, swc, the embedded PostgreSQL).
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
RUN npx tsc -b apps/standalone/tsconfig.lib.json apps/worker-reference/tsconfig.lib.json
# The pages that the gateway serves.
RUN npx vite build apps/console
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf test bench examples .ci \
  && find apps libs tools -name src -maxdepth 3 -type d -not -path '*/node_modules/*' -prune -exec rm -rf {} + \
  # Mount points of volumes: a new volume takes over owner and mode.
  && install -d -o node -g node -m 0700 /keys /worker-keys /worker-data /nats-config

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app /app
COPY --from=build --chown=node:node /keys /keys
COPY --from=build --chown=node:node /worker-keys /worker-keys
COPY --from=build --chown=node:node /worker-data /worker-data
COPY --from=build --chown=node:node /nats-config /nats-config
USER node
# The processes handle SIGTERM themselves and start no children (the reference worker waits for its own).
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=32", "--import", "/app/libs/service-kit/dist/register.js"]
CMD ["apps/standalone/dist/service.js", "gateway"]
