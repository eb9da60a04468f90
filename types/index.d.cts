/** The types of `fieldguard` for `require`: the package is an ES module, which Node loads that way too. */
export type * from "../dist/index.js" with { "resolution-mode": "import" };

type Module = typeof import("../dist/index.js", { with: { "resolution-mode": "import" }});

export type FieldguardError = InstanceType<Module["FieldguardError"]>;
export declare const ERROR_STATUS: Module["ERROR_STATUS"];
export declare const FieldguardError: Module["FieldguardError"];
export declare const REASONS: Module["REASONS"];
export declare const createGateway: Module["createGateway"];
export declare const matchesFilter: Module["matchesFilter"];
export declare const newId: Module["newId"];
export declare const recordOf: Module["recordOf"];
export declare const recordsAfter: Module["recordsAfter"];
export declare const recordsFrom: Module["recordsFrom"];
export declare const splitEntry: Module["splitEntry"];
export declare const standingsOf: Module["standingsOf"];
