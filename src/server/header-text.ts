const NOT_ASCII = /[^\p{ASCII}]/u;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * A header as it was meant: Node reads its bytes as Latin-1, and nearly every client writes UTF-8 (RFC 9110, 5.5 leaves it open).
 * What is no UTF-8 stays as it was read.
 */
export function headerText(value: string): string {
  if (!NOT_ASCII.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}
