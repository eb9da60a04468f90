/** The oldest Node that the gateway runs on, as `engines` in package.json says. */
export const NODE_WANTED = "20.19";

/** Whether this version of Node, such as "20.19.4", is recent enough. */
export function isSupported(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const [majorWanted = 0, minorWanted = 0] = NODE_WANTED.split(".").map(Number);
  return major > majorWanted || (major === majorWanted && minor >= minorWanted);
}
