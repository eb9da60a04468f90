import type { ConsentStore } from "../consents/contract.ts";
import type { Keyring } from "../core/keys.ts";
import type { AccessLog } from "../log/contract.ts";
import type { Policy } from "../policy/model.ts";
import type { RequestContext } from "../request/model.ts";
import type { ConsentService } from "../rights/service.ts";

/** What the gateway's own resolvers work with, beside who asks and why. */
export interface ApiServices {
  readonly consentService: ConsentService;
  readonly consents: ConsentStore;
  readonly accessLog: AccessLog;
  readonly keyring: Keyring;
  readonly policy: Policy;
  readonly mode: "enforce" | "report";
  /** Whether anybody may ask what the schema holds. */
  readonly introspection: boolean;
}

/** Context value of the gateway's own resolvers. */
export interface ApiContext {
  readonly fieldguard: RequestContext & ApiServices;
}
