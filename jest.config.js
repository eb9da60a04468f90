/**
 * Which suites run is FIELDGUARD_TESTS's to say. `fast`: what neither listens nor writes files, while one works. `long`: the suites named
 * `*.long.test.ts`, of minutes each. `all`: every one. Else all but the long ones.
 */
const SUITES = {
  fast: {
    testMatch: [
      "<rootDir>/test/{core,masks,policy,decision,request,evidence}/**/*.test.ts",
      "<rootDir>/test/{api-page,architecture,dependencies,docs,readme}.test.ts",
    ],
    testPathIgnorePatterns: ["/node_modules/", "\\.long\\.test\\.ts$"],
  },
  usual: {
    testMatch: ["<rootDir>/test/**/*.test.ts"],
    testPathIgnorePatterns: ["/node_modules/", "\\.long\\.test\\.ts$"],
  },
  long: { testMatch: ["<rootDir>/test/**/*.long.test.ts"] },
  all: { testMatch: ["<rootDir>/test/**/*.test.ts"] },
};

export default {
  globalSetup: "<rootDir>/test/set-up.js",
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  ...SUITES[process.env.FIELDGUARD_TESTS ?? "usual"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/examples/[^/]+/dist/"],
  // The storefront asks for the package by name: in one process there is one copy of it.
  moduleNameMapper: {
    "^fieldguard$": "<rootDir>/src/index.ts",
    "^fieldguard/schema/(.*)$": "<rootDir>/schema/$1",
    "^fieldguard/start$": "<rootDir>/src/cli/start-own.ts",
  },
  // For what hangs: a test is never judged by how long it takes, and set-up starts servers.
  testTimeout: 120_000,
};
