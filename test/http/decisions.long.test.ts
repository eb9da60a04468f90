import { rowsOverHttp } from "./rows-over-http.ts";

rowsOverHttp({ name: "SQLite", own: async () => ({ url: "sqlite::memory:", spool: "" }) });
