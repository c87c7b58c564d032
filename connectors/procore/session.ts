/**
 * An open connection to one company of Procore.
 *
 * @module
 */
import type { OpenStream, Session, World } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { layered } from "../../engine/wire/stack.ts";
import { rateWindow } from "./budget.ts";
import { clientCredentials } from "./oauth.ts";
import type { Open } from "./open.ts";
import { ownerCheck } from "./owner.ts";
import { identify, ping } from "./ping.ts";
import { rest } from "./rest.ts";
import { hookKeeper } from "./hooks.ts";
import type { Settings } from "./settings.ts";
import { openChangeOrderPackages } from "./streams/change_order_packages.ts";
import { openCostCodes } from "./streams/cost_codes.ts";
import { openProjects, projectList } from "./streams/projects.ts";
import { openPurchaseOrderContracts } from "./streams/purchase_order_contracts.ts";
import { openRequisitions } from "./streams/requisitions.ts";
import { openVendors } from "./streams/vendors.ts";

/** The origins that a connection's requests may go to. */
export function originsOf({ api_url, login_url }: Settings): string[] {
  return [...new Set([api_url, login_url])];
}

/** Opens a session; the first call logs in. */
export function openSession(settings: Settings, world: World): Session {
  const { clock, random, log, signal, tags } = world;
  const { api_url, login_url, client_id, client_secret, company_id, timeout } = settings;
  const wire = layered(world.wire, {
    origins: originsOf(settings),
    clock,
    random,
    log,
    signal,
    timeoutMs: timeout,
    learn: rateWindow(clock),
    share: world.share,
    // Procore's error reference calls 500 passing, too.
    transient: [408, 500, 502, 503, 504],
  });
  const tokens = clientCredentials({ wire, clock, login_url, client_id, client_secret });
  const api = rest({ wire, tokens, api_url, company_id });
  const open: Open = {
    rest: api,
    clock,
    log,
    settings,
    tags,
    owner: ownerCheck({ ...settings, tags }),
    projects: projectList(api, clock, company_id),
  };
  const openers: Record<string, (open: Open) => OpenStream> = {
    projects: openProjects,
    vendors: openVendors,
    cost_codes: openCostCodes,
    purchase_order_contracts: openPurchaseOrderContracts,
    requisitions: openRequisitions,
    change_order_packages: openChangeOrderPackages,
  };
  const streams = new Map<string, OpenStream>();

  return {
    identity: () => identify(open),
    ping: () => ping(open),
    stream(name) {
      if (!Object.hasOwn(openers, name)) throw new Failure("bug", { fact: "Procore has no such stream", value: name });
      const stream = streams.get(name) ?? openers[name](open);
      streams.set(name, stream);
      return stream;
    },
    hooks: hookKeeper(open),
    // One token serves every company that installed the app, and others may be using it: it is left to run out.
    close: () => Promise.resolve(),
  };
}
