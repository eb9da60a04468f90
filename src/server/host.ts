import type { IncomingMessage } from "node:http";

const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/[^/?]*/i;

/** RFC 9112, 3.2: a request of HTTP/1.1 names its host once and well-formed; an older one may leave it out. */
export function namesItsHost(request: IncomingMessage): boolean {
  const { host } = request.headers;
  if (host === undefined) return request.httpVersion !== "1.1";
  return timesSent(request, "host") === 1 && HOST.test(host);
}

/** RFC 9112, 3.2.2: the whole address in the request line is the path after its authority. */
export function originForm(url: string): string {
  const path = url.replace(ABSOLUTE, "");
  return path === url || path.startsWith("/") ? path : `/${path}`;
}

export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) times += 1;
  return times;
}
