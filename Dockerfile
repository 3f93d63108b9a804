# One image for all services and the gateway; the command picks which runs:
#   docker run metermesh services/billing/dist/main.js

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci && npm run build && npm prune --omit=dev
RUN mkdir /runtime && cp --archive --parents \
    package.json \
    node_modules \
    libs/*/package.json \
    libs/*/dist \
    libs/*/migrations \
    services/*/package.json \
    services/*/dist \
    services/*/migrations \
    services/*/schema.graphql \
    services/*/tariffs \
    services/*/holidays \
    services/*/policies \
    services/*/payload-codecs \
    gateway/package.json \
    gateway/dist \
    gateway/supergraph.graphql \
    /runtime

FROM node:24-bookworm-slim
ENV NODE_ENV=production HTTP_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /runtime ./
# By number, so that Kubernetes can tell it is not root: the image's user `node`.
USER 1000:1000
EXPOSE 4000 4001 4002 4003 4004 4005 4059 4059/udp
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["gateway/dist/main.js"]
