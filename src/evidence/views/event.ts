import { isIP } from "node:net";
import type { AccessRecord } from "../../log/contract.ts";

/** Parts of one record are separate events to the system that collects them: it drops an id that comes twice. */
export function eventId({ id, part, parts }: AccessRecord): string {
  return parts === 1 ? id : `${id}.${part}`;
}

/** Whether it is one: records made before only addresses were kept may hold the mark of a masked one. */
export function isAddress(ip: string | null): ip is string {
  return ip !== null && isIP(ip) !== 0;
}
