/** The types of `fieldguard/shield` for `require`. */
export type * from "../dist/decision/shield.js" with { "resolution-mode": "import" };

type Module = typeof import("../dist/decision/shield.js", { with: { "resolution-mode": "import" }});

export declare const allow: Module["allow"];
export declare const and: Module["and"];
export declare const chain: Module["chain"];
export declare const deny: Module["deny"];
export declare const inputRule: Module["inputRule"];
export declare const not: Module["not"];
export declare const or: Module["or"];
export declare const race: Module["race"];
export declare const rule: Module["rule"];
