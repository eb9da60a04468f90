import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { serveGateway } from "./harness.ts";

let port: number;
beforeAll(async () => {
  const { url } = await serveGateway({
    typeDefs: "type Query { open: String }",
    resolvers: { Query: { open: () => "to all" } },
  });
  port = Number(new URL(url).port);
});

/** Everything that comes back until the connection ends. */
function raw(request: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    let heard = "";
    socket.on("data", (data) => {
      heard += data.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(heard));
  });
}

const BODY = '{"query":"{ open }"}';
const CLOSE = "connection: close\r\n";
const HOST = "host: localhost\r\n";
const JSON_BODY = `content-type: application/json\r\ncontent-length: ${BODY.length}\r\n`;
const post = (line: string, headers: string, body = BODY): string => `POST ${line}\r\n${headers}${CLOSE}\r\n${body}`;
const get = (line: string, headers = HOST): string =>
  `GET ${line}\r\n${headers}apollo-require-preflight: 1\r\n${CLOSE}\r\n`;
const odd = (method: string): string => `${method} /graphql HTTP/1.1\r\n${HOST}${JSON_BODY}${CLOSE}\r\n${BODY}`;

const OPEN = { status: 200, says: '"data":{"open":"to all"}' };
const BAD = { status: 400, says: '"code":"BAD_REQUEST"' };
const UNSUPPORTED = { status: 415, says: '"code":"UNSUPPORTED_MEDIA_TYPE"' };
const NOT_FOUND = { status: 404, says: '"code":"NOT_FOUND"' };
const QUERY = "query=%7Bopen%7D";

describe("a request line and headers that no client sends", () => {
  test.each<[string, string | Buffer, { readonly status: number; readonly says: string }]>([
    ["a host", post("/graphql HTTP/1.1", `${HOST}${JSON_BODY}`), OPEN],
    ["a host in brackets with a port", post("/graphql HTTP/1.1", `host: [::1]:4000\r\n${JSON_BODY}`), OPEN],
    ["an empty host", post("/graphql HTTP/1.1", `host:\r\n${JSON_BODY}`), OPEN],
    ["no host", post("/graphql HTTP/1.1", JSON_BODY), BAD],
    ["no host, before HTTP/1.1", post("/graphql HTTP/1.0", JSON_BODY), OPEN],
    ...["[", "[::1", "]", "a b", "a/b", "a@b", "a:b", "a,b:1:2", "\\", "#", "?", "ü"].map(
      (host): [string, string, typeof BAD] => [
        `the host ${host}`,
        post("/graphql HTTP/1.1", `host: ${host}\r\n${JSON_BODY}`),
        BAD,
      ],
    ),
    ["two hosts", post("/graphql HTTP/1.1", `${HOST}${HOST}${JSON_BODY}`), BAD],
    ["a forwarded host that is none", post("/graphql HTTP/1.1", `${HOST}x-forwarded-host: [\r\n${JSON_BODY}`), OPEN],
    ["the whole address", post("http://localhost/graphql HTTP/1.1", `${HOST}${JSON_BODY}`), OPEN],
    ["the whole address, by GET", get(`http://localhost/graphql?${QUERY} HTTP/1.1`), OPEN],
    [
      "another authority in the address",
      post("http://user:pw@elsewhere:1/graphql HTTP/1.1", `${HOST}${JSON_BODY}`),
      OPEN,
    ],
    ["an authority alone", get("http://localhost HTTP/1.1"), NOT_FOUND],
    ["an authority and a query", get(`http://localhost?${QUERY} HTTP/1.1`), NOT_FOUND],
    ["an address that ends in brackets", get(`http://[/graphql?${QUERY} HTTP/1.1`), OPEN],
    ["an asterisk", `OPTIONS * HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, NOT_FOUND],
    ["two slashes", get(`//graphql?${QUERY} HTTP/1.1`), NOT_FOUND],
    ["a broken escape in the path", get("/%zz HTTP/1.1"), BAD],
    ["a broken escape in the query", get("/graphql?query=%7Bopen%7D&x=%zz HTTP/1.1"), OPEN],
    ["a path of dots", get("/../../graphql HTTP/1.1"), NOT_FOUND],
    ["a NUL in the path", get("/graphql%00 HTTP/1.1"), NOT_FOUND],
    ["a long address", get(`/graphql?${QUERY}&x=${"y".repeat(10_000)} HTTP/1.1`), OPEN],
    [
      "an address longer than headers may be",
      get(`/graphql?x=${"y".repeat(20_000)} HTTP/1.1`),
      { status: 431, says: '"code":"BAD_REQUEST"' },
    ],
    ["two queries", get(`/graphql?${QUERY}&${QUERY} HTTP/1.1`), BAD],
    ["two variables", get(`/graphql?${QUERY}&variables={}&variables={} HTTP/1.1`), BAD],
    ["a query as a list", get("/graphql?query[]=%7Bopen%7D HTTP/1.1"), BAD],
    ["variables that are no JSON", get(`/graphql?${QUERY}&variables=%7B HTTP/1.1`), BAD],
    ["extensions that are a list", get(`/graphql?${QUERY}&extensions=[] HTTP/1.1`), BAD],
    [
      "a second question mark",
      get(`/graphql?${QUERY}?x HTTP/1.1`),
      { status: 400, says: '"code":"GRAPHQL_PARSE_FAILED"' },
    ],
    ["no query at all", get("/graphql HTTP/1.1"), BAD],
    ["a name of the prototype as a parameter", get(`/graphql?${QUERY}&__proto__=x&constructor=y HTTP/1.1`), OPEN],
    ...["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "OPTIONS"].map((method): [string, string, typeof BAD] => [
      `the method ${method}`,
      odd(method),
      NOT_FOUND,
    ]),
    ["a method that there is not", odd("FROB"), BAD],
    ["a method in lower case", odd("post"), BAD],
    ...["text/plain", "text/plain; charset=x", "multipart/form-data; boundary=x"].map(
      (type): [string, string, typeof BAD] => [
        `the content type ${type}`,
        post("/graphql HTTP/1.1", `${HOST}content-type: ${type}\r\ncontent-length: ${BODY.length}\r\n`),
        type === "text/plain" ? BAD : { status: 415, says: '"code":"UNSUPPORTED_MEDIA_TYPE"' },
      ],
    ),
    ...["", ";", "/", "application/json/x", "application/graphql", "applicätion/json", "a".repeat(5_000)].map(
      (type): [string, string, typeof BAD] => [
        `the content type ${type.slice(0, 30) || "none"}`,
        post("/graphql HTTP/1.1", `${HOST}content-type: ${type}\r\ncontent-length: ${BODY.length}\r\n`),
        { status: 415, says: '"code":"UNSUPPORTED_MEDIA_TYPE"' },
      ],
    ),
    ...["*/*;q=0", "text/html", "a/b;q=x", ",,,", "application/json;q=0.0", "image/png"].map(
      (accept): [string, string, typeof BAD] => [
        `an answer of the type ${accept}`,
        post("/graphql HTTP/1.1", `${HOST}accept: ${accept}\r\n${JSON_BODY}`),
        { status: accept === "" ? 200 : 406, says: '"code":"BAD_REQUEST"' },
      ],
    ),
    ...["gzip", "br", "x", "identity, gzip", "identity\r\ncontent-encoding: gzip"].map(
      (encoding): [string, string, typeof BAD] => [
        `the encoding ${encoding}`,
        post("/graphql HTTP/1.1", `${HOST}content-encoding: ${encoding}\r\n${JSON_BODY}`),
        { status: 415, says: "accept-encoding: identity\r\n" },
      ],
    ),
    ...["identity", "", "Identity, identity"].map((encoding): [string, string, typeof BAD] => [
      `the encoding ${encoding || "none"}`,
      post("/graphql HTTP/1.1", `${HOST}content-encoding: ${encoding}\r\n${JSON_BODY}`),
      OPEN,
    ]),
    ...["utf-16", "latin1", '"utf-16le"', "", "utf-8; charset=utf-16", "us-ascii"].map(
      (charset): [string, string, typeof BAD] => [
        `the charset ${charset || "none"}`,
        post("/graphql HTTP/1.1", `${HOST}${JSON_BODY.replace("json", `json; charset=${charset}`)}`),
        UNSUPPORTED,
      ],
    ),
    ...["utf-8", "UTF-8", '"utf-8"', "utf8; x=y"].map((charset): [string, string, typeof BAD] => [
      `the charset ${charset}`,
      post("/graphql HTTP/1.1", `${HOST}${JSON_BODY.replace("json", `json; charset=${charset}`)}`),
      OPEN,
    ]),
    [
      "an encoding after more headers than Node counts",
      post("/graphql HTTP/1.1", `${HOST}${JSON_BODY}${"a:\r\n".repeat(3_000)}content-encoding: gzip\r\n`),
      { status: 415, says: "identity" },
    ],
    [
      "a token after more headers than Node counts",
      post("/graphql HTTP/1.1", `${HOST}${JSON_BODY}${"a:\r\n".repeat(3_000)}authorization: Bearer x\r\n`),
      { status: 401, says: '"code":"UNAUTHENTICATED"' },
    ],
    ["two content types", post("/graphql HTTP/1.1", `${HOST}${JSON_BODY}content-type: text/plain\r\n`), BAD],
    ...["gzip, chunked", "gzip", "chunked, gzip", "identity", "chunked, chunked"].map(
      (encoding): [string, string, typeof BAD] => [
        `a body transferred as ${encoding}`,
        post(
          "/graphql HTTP/1.1",
          `${HOST}content-type: application/json\r\ntransfer-encoding: ${encoding}\r\n`,
          `14\r\n${BODY}\r\n0\r\n\r\n`,
        ),
        BAD,
      ],
    ),
    [
      "chunks",
      post(
        "/graphql HTTP/1.1",
        `${HOST}content-type: application/json\r\ntransfer-encoding: chunked\r\n`,
        `14\r\n${BODY}\r\n0\r\n\r\n`,
      ),
      OPEN,
    ],
    [
      "an expectation that there is not",
      post("/graphql HTTP/1.1", `${HOST}expect: x\r\n${JSON_BODY}`),
      { status: 417, says: '"code":"BAD_REQUEST"' },
    ],
    [
      "a length that is none",
      post("/graphql HTTP/1.1", `${HOST}content-type: application/json\r\ncontent-length: x\r\n`),
      BAD,
    ],
    ["two lengths", post("/graphql HTTP/1.1", `${HOST}${JSON_BODY}content-length: 5\r\n`), BAD],
    ["a length and chunks", post("/graphql HTTP/1.1", `${HOST}${JSON_BODY}transfer-encoding: chunked\r\n`), BAD],
    [
      "chunks that are none",
      post("/graphql HTTP/1.1", `${HOST}content-type: application/json\r\ntransfer-encoding: chunked\r\n`, "zz\r\n"),
      BAD,
    ],
    ["no HTTP", Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]), BAD],
    ["a version that there is not", get(`/graphql?${QUERY} HTTP/9.9`), BAD],
    ["an expectation", post("/graphql HTTP/1.1", `${HOST}expect: 100-continue\r\n${JSON_BODY}`), OPEN],
  ])("%s", async (_name, request, { status, says }) => {
    const heard = await raw(request);
    const [last = ""] = heard.split(/(?=HTTP\/1\.1 )/).slice(-1);
    expect([Number(last.slice(9, 12)), last]).toEqual([status, expect.stringContaining(says)]);
  });
});
