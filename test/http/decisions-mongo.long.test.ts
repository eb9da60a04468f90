import { bothStores } from "../stores/both.ts";
import { rowsOverHttp } from "./rows-over-http.ts";

// A file of its own: over a wire the same rows take minutes.
for (const kind of bothStores()) if (kind.name === "MongoDB") rowsOverHttp(kind);
