import type { Notice } from "fieldguard";

/** Settings under which the sample storefront is served, for `createGateway`. */
export const sampleDeployment = {
  /** Where the platform stands: what counts for whoever has no region. */
  region: "DE",
  /**
   * Regions that a region's data may go to besides itself. From the EU to countries whose protection was found adequate;
   * China's do not leave without more.
   */
  transfers: { DE: ["GB"], GB: ["DE"], US: ["DE", "GB", "CN"], CN: [] },
  /** Years under which only a guardian consents (PIPL 31). */
  guardianAge: 14,
  notices: [
    { id: "storefront-privacy", version: "1", effectiveFrom: "2021-12-25T00:00:00.000Z", materialFor: [] },
    {
      id: "storefront-privacy",
      version: "2",
      effectiveFrom: "2023-08-03T00:00:00.000Z",
      materialFor: ["DIRECT_MARKETING", "TARGETED_ADVERTISING", "THIRD_PARTY_SHARING"],
    },
    // An editorial change: nobody is asked anew.
    { id: "storefront-privacy", version: "3", effectiveFrom: "2024-01-10T00:00:00.000Z", materialFor: [] },
  ] satisfies Notice[],
};
