import { start } from "fieldguard/start";

await start(async () => (await import("./application.ts")).createApplication());
