# The gateway with the sample storefront. For your own schema, make an image of your own that runs a program on `fieldguard/start`.
FROM node:22-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY examples/storefront/package.json ./examples/storefront/
# On Node 22 nothing that the gateway runs on has to be compiled.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY schema ./schema
COPY graphiql ./graphiql
COPY src ./src
COPY examples/storefront ./examples/storefront
RUN npm run build && npm run build --workspace examples/storefront && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/schema ./schema
COPY --from=build /app/package.json ./package.json
COPY --from=build /app/examples/storefront ./examples/storefront
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 4000
CMD ["node", "examples/storefront/dist/main.js", "--host", "0.0.0.0"]
