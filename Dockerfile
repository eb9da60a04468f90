# The gateway with the sample storefront. For your own schema, make an image of your own around `createGateway`.
FROM node:22-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# On Node 22 nothing that the gateway runs on has to be compiled.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY schema ./schema
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/schema ./schema
COPY --from=build /app/package.json ./package.json
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 4000
CMD ["node", "dist/cli/main.js", "start", "--host", "0.0.0.0"]
