import { existsSync, readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";

/** A script that was parsed and lies in no file as it is. */
export interface Generated {
  /** Who had it parsed: the nearest places outside Node, or the thread. */
  readonly by: readonly string[];
  readonly source: string;
}

export interface Watch {
  /** What was generated since it was last asked, in this thread and all that were started from it. */
  taken(): Promise<readonly Generated[]>;
  /** How many scripts were parsed in all, those in files too, and which other threads were looked into. */
  readonly seen: { readonly scripts: number; readonly threads: readonly string[] };
}

interface Parsed {
  readonly scriptId: string;
  readonly url: string;
  readonly hasSourceURL?: boolean;
  readonly scriptLanguage?: string;
  readonly stackTrace?: { readonly callFrames: readonly { readonly url: string; readonly functionName: string }[] };
}

type Send = (method: string, params: object) => Promise<Record<string, unknown>>;

/**
 * Has V8 tell of every script that it parses from now on: of `eval`, `Function` and its kin, `node:vm`, modules out of `data:`
 * addresses, in this thread and in its workers. A script counts as generated unless it is Node's own or stands in a file, word
 * for word; of TypeScript only the address is looked at, as what runs is not what is written.
 */
export function watchCode(): Watch {
  const session = new Session();
  session.connect();
  const found: Promise<Generated | null>[] = [];
  const seen = { scripts: 0, threads: [] as string[] };
  const look = (script: Parsed, send: Send): void => {
    seen.scripts += 1;
    found.push(generatedIn(script, send));
  };

  const post: Send = (method, params) =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(error) : resolve({ ...result })));
    });
  let inJson = false;
  session.on("Debugger.scriptParsed", ({ params }) => look(params as Parsed, post));
  session.on("Debugger.scriptFailedToParse", ({ params }) => {
    // To say where JSON cannot be read V8 makes a script of it, and never runs it.
    if (!inJson) look(params as Parsed, post);
  });
  const parse = JSON.parse;
  JSON.parse = (text, reviver) => {
    const outer = inJson;
    inJson = true;
    try {
      return parse(text, reviver);
    } finally {
      inJson = outer;
    }
  };
  watchThreads(session, seen, look);
  session.post("Debugger.enable");
  return {
    seen,
    async taken() {
      // Threads tell a little later.
      await new Promise((resolve) => setTimeout(resolve, 200));
      return (await Promise.all(found.splice(0))).filter((each) => each !== null);
    },
  };
}

/** A worker tells of what it parsed before it was watched as well. */
function watchThreads(
  session: Session,
  seen: { readonly threads: string[] },
  look: (script: Parsed, send: Send) => void,
): void {
  const waiting = new Map<string, (result: Record<string, unknown>) => void>();
  let last = 0;
  const sendTo =
    (sessionId: string): Send =>
    (method, params) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(`${sessionId} ${last}`, resolve);
        session.post("NodeWorker.sendMessageToWorker", {
          sessionId,
          message: JSON.stringify({ id: last, method, params }),
        });
      });
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
    seen.threads.push(workerInfo.url);
    void sendTo(sessionId)("Debugger.enable", {});
  });
  session.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }) => {
    const { id, method, params, result } = JSON.parse(message);
    if (id !== undefined) {
      waiting.get(`${sessionId} ${id}`)?.(result ?? {});
      waiting.delete(`${sessionId} ${id}`);
    } else if (method === "Debugger.scriptParsed" || method === "Debugger.scriptFailedToParse") {
      look(params, sendTo(sessionId));
    }
  });
  session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
}

async function generatedIn(script: Parsed, send: Send): Promise<Generated | null> {
  const { url, scriptId, hasSourceURL, stackTrace } = script;
  if (/^node:/.test(url) && hasSourceURL !== true) return null;
  const { scriptSource } = await send("Debugger.getScriptSource", { scriptId });
  const source = String(scriptSource ?? "");
  if (hasSourceURL !== true && standsInFile(url, source)) return null;
  const frames = (stackTrace?.callFrames ?? []).filter((frame) => !frame.url.startsWith("node:"));
  const by = frames.slice(0, 3).map((frame) => `${frame.url.split("/node_modules/").pop()} ${frame.functionName}`);
  return { by: by.length > 0 ? by : [url], source };
}

function standsInFile(url: string, source: string): boolean {
  const path = url.startsWith("file:") ? fileURLToPath(url.replace(/[?#].*/, "")) : url;
  if (!path.startsWith("/") || !existsSync(path)) return false;
  return path.endsWith(".ts") || readFileSync(path, "utf8").replace(/^#!.*/, "") === source.replace(/^#!.*/, "");
}
