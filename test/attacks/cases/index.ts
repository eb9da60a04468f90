import type { Family } from "../model.ts";
import { CALLERS } from "./callers.ts";
import { INPUTS } from "./inputs.ts";
import { ROUTES } from "./routes.ts";
import { SHAPES } from "./shapes.ts";
import { SOCKETS } from "./sockets.ts";
import { WIRE } from "./wire.ts";
import { WORDS } from "./words.ts";

/** The corpus: every attack that we know of, by where it comes in. */
export const FAMILIES: readonly Family[] = [
  { name: "routes through the schema", attacks: ROUTES },
  { name: "shapes of operations", attacks: SHAPES },
  { name: "inputs that probe", attacks: INPUTS },
  { name: "callers and purposes", attacks: CALLERS },
  { name: "HTTP, JSON and caches", attacks: WIRE },
  { name: "words of errors", attacks: WORDS },
  { name: "WebSocket", attacks: SOCKETS },
];
