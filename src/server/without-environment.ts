import type { ApolloServerOptions, ApolloServerPlugin, BaseContext } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { FieldguardError } from "../core/errors.ts";

type Plugins<C extends BaseContext> = readonly ApolloServerPlugin<C>[];

/**
 * What Apollo Server would take from the environment, set by us instead. APOLLO_KEY and APOLLO_GRAPH_REF would make it report
 * operation names, shapes and client names to the outside; APOLLO_GRAPH_ID beside them would keep it from starting; NODE_ENV
 * would choose a page that loads scripts from elsewhere. Whoever adds one of these plugins by hand is refused as well.
 */
export function withoutEnvironment<C extends BaseContext>(
  plugins: Plugins<C>,
): Pick<ApolloServerOptions<C>, "apollo" | "nodeEnv" | "plugins"> {
  const disabled = [
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginLandingPageDisabled(),
  ];
  const switchedOff = new Set(disabled.map(idOf));
  for (const plugin of plugins) refuseSwitchedOff(plugin, switchedOff);
  return {
    // Empty texts would be taken for none, and the environment asked.
    apollo: { key: NONE, graphRef: NONE, graphId: "", graphVariant: "" },
    nodeEnv: "production",
    plugins: [...plugins, ...disabled],
  };
}

const NONE = "none";

function refuseSwitchedOff(plugin: object, switchedOff: ReadonlySet<unknown>): void {
  const id = idOf(plugin);
  if (id === undefined || !switchedOff.has(id)) return;
  if ("__is_disabled_plugin__" in plugin && plugin.__is_disabled_plugin__ === true) return;
  throw new FieldguardError(
    "CONFIGURATION_INVALID",
    `Cannot start with these options:\n  plugins: Apollo Server's ${id} plugin is switched off: nothing of a request is told to anybody outside`,
  );
}

function idOf(plugin: object): unknown {
  return "__internal_plugin_id__" in plugin ? plugin.__internal_plugin_id__ : undefined;
}
