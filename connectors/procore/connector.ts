/**
 * The connector for Procore.
 *
 * @module
 */
import { type Connector, defineConnector } from "../../engine/connector.ts";
import { procoreSandbox } from "./sandbox/sandbox.ts";
import { openSession, originsOf } from "./session.ts";
import { type Settings, settingsSchema } from "./settings.ts";
import { changeOrderPackages } from "./streams/change_order_packages.ts";
import { costCodes } from "./streams/cost_codes.ts";
import { projects } from "./streams/projects.ts";
import { purchaseOrderContracts } from "./streams/purchase_order_contracts.ts";
import { requisitions } from "./streams/requisitions.ts";
import { vendors } from "./streams/vendors.ts";
import { webhooks } from "./webhooks.ts";

/** Procore's REST API, with its sandbox. */
const procore: Connector<Settings> = defineConnector<Settings>({
  name: "procore",
  title: "Procore",
  settings: settingsSchema,
  secrets: ["client_secret", "webhook_secret"],
  origins: originsOf,
  streams: {
    projects,
    vendors,
    cost_codes: costCodes,
    purchase_order_contracts: purchaseOrderContracts,
    requisitions,
    change_order_packages: changeOrderPackages,
  },
  webhooks,
  open: openSession,
  sandbox: procoreSandbox,
});

export default procore;
