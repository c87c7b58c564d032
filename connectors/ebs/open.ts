/**
 * An open connection: the wire in its layers, the gateway with its sessions, the package, the streams.
 *
 * @module
 */
import type { Session, Stream, World } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { layered } from "../../engine/wire/stack.ts";
import { identify } from "./identity.ts";
import { openIsg } from "./isg.ts";
import { glJournals, openGlJournals } from "./journals/stream.ts";
import { ping } from "./ping.ts";
import { openGateway } from "./session.ts";
import { contexts, originOf, type Settings } from "./settings.ts";
import { accountBalances } from "./streams/account_balances.ts";
import { codeCombinations } from "./streams/code_combinations.ts";
import { journalSetup } from "./streams/journal_setup.ts";
import { operatingUnits } from "./streams/operating_units.ts";
import { periods } from "./streams/periods.ts";
import { poBilling } from "./streams/po_billing.ts";
import { postings } from "./streams/postings.ts";
import { projects } from "./streams/projects.ts";
import { purchaseOrders } from "./streams/purchase_orders.ts";
import { openStream } from "./streams/read.ts";
import type { EbsStream } from "./streams/stream.ts";
import { suppliers } from "./streams/suppliers.ts";

/** The streams that are read, by name. */
const SOURCES: Record<string, EbsStream> = {
  operating_units: operatingUnits,
  suppliers,
  code_combinations: codeCombinations,
  projects,
  purchase_orders: purchaseOrders,
  po_billing: poBilling,
  periods,
  journal_setup: journalSetup,
  postings,
  account_balances: accountBalances,
};

/** All streams by name. */
export const STREAMS: Record<string, Stream> = {
  ...Object.fromEntries(Object.entries(SOURCES).map(([name, { stream }]) => [name, stream])),
  gl_journals: glJournals,
};

/** Opens a connection; nothing is sent before it is first used. */
export function open(settings: Settings, world: World): Session {
  const { clock, random, log, signal } = world;
  const layers = { origins: [originOf(settings)], clock, random, log };
  const wire = layered(world.wire, { ...layers, signal, timeoutMs: settings.timeout });
  // A token is given back after a run was stopped, too, and once: it is no loss where that fails.
  const farewell = layered(world.wire, {
    ...layers,
    signal: new AbortController().signal,
    timeoutMs: 3_000,
    attempts: 1,
  });
  const gateway = openGateway(settings, { wire, farewell, clock, log, share: world.share });
  const isg = openIsg(gateway, settings);
  const { primary, covered } = contexts(settings);
  return {
    identity: () => identify(isg, primary, settings),
    ping: () => ping({ isg, settings, clock, primary, covered }),
    stream(name) {
      if (!Object.hasOwn(STREAMS, name)) {
        throw new Failure("bug", { fact: `EBS has no stream ${name}`, value: Object.keys(STREAMS).join(", ") });
      }
      if (name === "gl_journals") return openGlJournals(isg, covered, { settings, world });
      const source = { isg, ebs: SOURCES[name], flat: settings.collections === "flat" };
      return openStream(source, covered, settings.page_size);
    },
    close: () => gateway.close(),
  };
}
