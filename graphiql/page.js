/** What the page at GET /graphql runs. `bundle.js` makes one file of it and of what it imports. */
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const fetcher = createGraphiQLFetcher({ url: location.pathname });

/** The headers pane opens filled in: who asks, and why. */
const headers = JSON.stringify(
  { authorization: "Bearer <token: npx fieldguard token --help>", "x-purpose": "", "x-justification": "" },
  null,
  2,
);

/** A header left as it was given is not sent: without a token one is a guest, without a purpose none is declared. */
const send = (request, options) => {
  const given = Object.entries(options?.headers ?? {});
  const sent = given.filter(([, value]) => value !== "" && !String(value).includes("<token"));
  return fetcher(request, { ...options, headers: Object.fromEntries(sent) });
};

createRoot(document.getElementById("graphiql")).render(
  createElement(GraphiQL, {
    fetcher: send,
    defaultHeaders: headers,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: "headers",
    defaultQuery: "# Say who asks and why in the headers below, then ask.\n{\n  __typename\n}\n",
  }),
);
