import { expect, test } from "@jest/globals";
import { serveGateway } from "./harness.ts";

const sdl = (region: string) => /* GraphQL */ `
  type Query { customer: Customer }
  type Customer @subject(id: "id"${region}) @purpose(allow: [ORDER_FULFILMENT], to: [MERCHANT]) {
    id: ID!
    land: String
    name: String @sensitive(category: PERSON_NAME)
  }
`;

test.each([
  ["people's regions and no region of the deployment's", ', region: "land"', undefined, true],
  ["both", ', region: "land"', "DE", false],
  ["nobody's region", "", undefined, false],
])("whoever starts a gateway that knows %s is told, or not", async (_what, region, own, isTold) => {
  const warned: string[] = [];
  const log = {
    info: () => undefined,
    error: () => undefined,
    warn: (_: object, message: string) => warned.push(message),
  };
  await serveGateway({ typeDefs: sdl(region), resolvers: {}, log, ...(own === undefined ? {} : { region: own }) });
  expect(warned.some((message) => message.includes("CROSS_BORDER"))).toBe(isTold);
});
