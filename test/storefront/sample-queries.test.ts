import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { sampleDeployment } from "../../examples/storefront/src/deployment.ts";
import { createStorefront, type Storefront, seedConsents } from "../../examples/storefront/src/storefront.ts";
import { sampleCallers, sampleQueries } from "../../examples/storefront/src/tokens.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import { NOON } from "./ask.ts";

const SECRET = "a secret for the sample's own tests alone";
let shop: Storefront;
let gateway: Gateway;
let url: string;

beforeAll(async () => {
  shop = createStorefront({ clock: NOON, customers: 60, orders: 80 });
  gateway = await createGateway({
    typeDefs: shop.typeDefs,
    resolvers: shop.resolvers,
    context: () => shop.context(),
    store: "sqlite::memory:",
    auth: { secret: SECRET },
    clock: NOON,
    ...sampleDeployment,
  });
  await seedConsents(gateway.consents, NOON.now());
  ({ url } = await gateway.listen({ port: 0 }));
});
afterAll(async () => {
  await gateway.stop();
  shop.close();
});

interface Answer {
  readonly data: unknown;
  readonly errors?: readonly { message: string; extensions: { code: string; reason?: string } }[];
  readonly extensions: { privacy: { decisions: readonly { coordinate: string; outcome: string; reason: string }[] } };
}

/** As somebody who tries the sample: with the caller's token, over HTTP. */
async function ask(caller: string, purpose: string, query: string): Promise<Answer> {
  const sample = sampleCallers.find(({ name }) => name === caller);
  if (sample === undefined) throw new Error(`no caller ${caller}`);
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${jwt.sign({ ...sample.claims }, SECRET, { noTimestamp: true })}`,
      "x-purpose": purpose,
      ...(sample.justification === null ? {} : { "x-justification": sample.justification }),
    },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

const [oneOrder, twoPurposes, withdrawal] = sampleQueries;

describe("the first sample query", () => {
  const run = (caller: string, purpose: string) => ask(caller, purpose, oneOrder?.query ?? "");
  const decided = ({ extensions }: Answer) =>
    extensions.privacy.decisions.map(({ coordinate, outcome }) => `${coordinate} ${outcome}`).sort();

  test("shows the merchant what packing needs", async () => {
    const answer = await run("merchant", "ORDER_FULFILMENT");
    expect(decided(answer)).toEqual(["Customer.email MASK", "Customer.nationalId DENY", "Payment.cardNumber MASK"]);
    expect(answer.data).toMatchObject({
      order: {
        customer: { name: expect.not.stringContaining("•"), email: expect.stringContaining("•••@"), nationalId: null },
        shipments: [{ recipientName: expect.not.stringContaining("•") }],
        payments: [{ cardNumber: expect.stringMatching(/^•••• •••• •••• \d{4}$/) }],
      },
    });
  });

  test("shows the carrier what delivery needs", async () => {
    const answer = await run("carrier", "DELIVERY");
    expect(decided(answer)).toEqual([
      "Order.customer DENY",
      "Order.total DENY",
      "Payment.cardNumber MASK",
      "Shipment.recipientEmail MASK",
    ]);
    expect(answer.data).toMatchObject({
      order: {
        customer: null,
        total: null,
        shipments: [
          {
            recipientName: expect.not.stringContaining("•"),
            recipientPhone: expect.stringMatching(/^\+49\d{10}/),
            address: { street: expect.not.stringContaining("•") },
          },
        ],
      },
    });
  });

  test("shows the customer all of it", async () => {
    const answer = await run("customer", "SELF_SERVICE");
    expect(answer.errors).toBeUndefined();
    expect(decided(answer)).toEqual([]);
    expect(JSON.stringify(answer.data)).not.toContain("•");
  });
});

/** What the stories of the first twenty customers come to for DIRECT_MARKETING. */
const MARKETING: readonly (readonly [id: string, shown: "CLEAR" | "MASKED" | "NOTHING"])[] = [
  ["c-1", "CLEAR"],
  ["c-2", "MASKED"],
  ["c-3", "MASKED"],
  ["c-4", "MASKED"],
  ["c-5", "MASKED"],
  ["c-6", "MASKED"],
  ["c-7", "MASKED"],
  ["c-8", "NOTHING"],
  ["c-9", "MASKED"],
  ["c-10", "CLEAR"],
  ["c-11", "MASKED"],
  ["c-12", "MASKED"],
  ["c-13", "MASKED"],
  ["c-14", "MASKED"],
  ["c-15", "MASKED"],
  ["c-16", "MASKED"],
  ["c-17", "CLEAR"],
  ["c-18", "MASKED"],
  ["c-19", "MASKED"],
  ["c-20", "NOTHING"],
];

describe("the second and third sample query", () => {
  const emails = async (purpose: string) => {
    const { data } = await ask("merchant", purpose, twoPurposes?.query ?? "");
    const { customers } = data as { customers: { nodes: readonly { id: string; email: string | null }[] } };
    return customers.nodes.map(({ id, email }) => [
      id,
      email === null ? "NOTHING" : email.includes("•") ? "MASKED" : "CLEAR",
    ]);
  };

  test("support sees everybody but those who are erased, restricted or abroad", async () => {
    const hidden = (await emails("CUSTOMER_SUPPORT")).filter(([, shown]) => shown !== "CLEAR");
    expect(hidden).toEqual([
      ["c-7", "MASKED"],
      ["c-8", "NOTHING"],
      ["c-16", "MASKED"],
      ["c-20", "NOTHING"],
    ]);
  });

  test("marketing meets every reason that a consent can give", async () => {
    expect(await emails("DIRECT_MARKETING")).toEqual(MARKETING);
    const { extensions } = await ask("merchant", "DIRECT_MARKETING", twoPurposes?.query ?? "");
    const reasons = extensions.privacy.decisions.filter(({ coordinate }) => coordinate === "Customer.email");
    expect(new Set(reasons.map(({ reason }) => reason))).toEqual(
      new Set([
        "CONSENT_REFUSED",
        "CONSENT_WITHDRAWN",
        "CONSENT_EXPIRED",
        "CONSENT_OUTDATED",
        "CONSENT_FORM_TOO_WEAK",
        "CONSENT_MISSING",
        "GUARDIAN_CONSENT_REQUIRED",
        "SUBJECT_RESTRICTED",
        "SUBJECT_ERASED",
        "CROSS_BORDER",
      ]),
    );
  });

  test("a withdrawal counts from the next question on", async () => {
    const answer = await ask("customer", "SELF_SERVICE", withdrawal?.query ?? "");
    expect(answer.errors).toBeUndefined();
    expect((await emails("DIRECT_MARKETING"))[0]).toEqual(["c-1", "MASKED"]);
  });
});

describe("the sample's partners", () => {
  test("the carrier sees its parcels until they are delivered, and no other carrier's", async () => {
    const { data } = await ask(
      "carrier",
      "DELIVERY",
      '{ open: shipment(id: "s-1") { recipientName } done: order(id: "o-3") { shipments { recipientName } } others: shipments(carrierId: "lp-5") { recipientName } }',
    );
    const { open, done, others } = data as {
      open: { recipientName: string };
      done: { shipments: readonly { recipientName: string }[] };
      others: readonly { recipientName: string | null }[];
    };
    expect(open.recipientName).not.toContain("•");
    expect(done.shipments[0]?.recipientName).toContain("•");
    expect(others.length).toBeGreaterThan(0);
    for (const { recipientName } of others) expect(recipientName ?? "•").toContain("•");
  });

  test("the payment partner sees what it charges, the customs broker what it clears", async () => {
    const payments = await ask("payments", "PAYMENT_PROCESSING", '{ payment(id: "pay-1") { cardNumber token } }');
    expect(payments.data).toEqual({
      payment: { cardNumber: expect.stringMatching(/^\d{16}$/), token: expect.stringMatching(/^tok_/) },
    });
    const customs = await ask(
      "customs",
      "CUSTOMS_CLEARANCE",
      '{ order(id: "o-4") { customs { document { number } } } customsDeclarations(brokerId: "cb-2", first: 50) { clearedAt document { number } } }',
    );
    const { order, customsDeclarations } = customs.data as {
      order: object;
      customsDeclarations: readonly { clearedAt: string | null; document: { number: string | null } }[];
    };
    expect(order).toEqual({ customs: { document: { number: expect.stringMatching(/^\d{17}[\dX]$/) } } });
    expect(customsDeclarations.length).toBeGreaterThan(0);
    for (const { clearedAt, document } of customsDeclarations) {
      if (clearedAt !== null) expect(document.number).toBeNull();
    }
  });

  test("groups of fewer than ten viewers do not leave", async () => {
    const { data, extensions } = await ask(
      "analyst",
      "ANALYTICS",
      '{ liveRoom(id: "l-1") { insights { country viewers } } }',
    );
    const { liveRoom } = data as { liveRoom: { insights: readonly ({ viewers: number } | null)[] } };
    for (const group of liveRoom.insights) if (group !== null) expect(group.viewers).toBeGreaterThanOrEqual(10);
    expect(extensions.privacy.decisions.map(({ reason }) => reason)).toContain("GROUP_TOO_SMALL");
  });
});
