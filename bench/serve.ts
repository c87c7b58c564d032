/**
 * Both sandboxes in a process of their own, holding a given number of suppliers: what the benchmark talks to over real sockets.
 *
 * @module
 */
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { seededRandom, systemClock } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import { listen } from "../engine/sandbox/listen.ts";

/** Suppliers of believable width: most columns filled, one site each. */
function suppliers(count: number): Row[] {
  const cities = ["Denver", "Boulder", "Aurora", "Pueblo", "Golden"];
  return Array.from({ length: count }, (_, i): Row => ({
    VENDOR_ID: String(100_001 + i),
    SEGMENT1: String(20_001 + i),
    VENDOR_NAME: `Supplier ${20_001 + i} ${cities[i % 5]} Concrete & Steel, Inc.`,
    VENDOR_TYPE_LOOKUP_CODE: "VENDOR",
    ENABLED_FLAG: "Y",
    INVOICE_CURRENCY_CODE: "USD",
    LAST_UPDATE_DATE: "2026-01-15T08:00:00",
    SITES: [{
      VENDOR_SITE_ID: String(500_001 + i),
      ORG_ID: "204",
      VENDOR_SITE_CODE: "MAIN",
      PURCHASING_SITE_FLAG: "Y",
      PAY_SITE_FLAG: "Y",
      ADDRESS_LINE1: `${i % 9000} Larimer Street`,
      CITY: cities[i % 5],
      STATE: "CO",
      ZIP: String(80_000 + (i % 999)),
      COUNTRY: "US",
      AREA_CODE: "303",
      PHONE: `555-${String(1000 + (i % 9000))}`,
      EMAIL_ADDRESS: `office${i}@supplier.example`,
    }],
  }));
}

if (import.meta.main) {
  const count = Number(Deno.args[0] ?? 1000);
  const data: Record<string, Row[]> = {
    operating_units: [{
      ORGANIZATION_ID: "204",
      NAME: "Denver",
      LEDGER_ID: "1",
      LEDGER_NAME: "Front Range",
      CURRENCY_CODE: "USD",
    }],
    suppliers: suppliers(count),
    code_combinations: [],
    projects: [],
    purchase_orders: [],
    procore_companies: [{ name: "Bench", hourly_limit: "unlimited", spike_limit: "unlimited" }],
    procore_projects: [],
    procore_vendors: [],
    procore_cost_codes: [],
  };
  const settings: Record<string, Record<string, unknown>> = {};
  for (const [name, connector] of Object.entries({ ebs, procore })) {
    const sandbox = connector.sandbox({ clock: systemClock, random: seededRandom(1), data });
    const { origin } = await listen(sandbox.fetch);
    settings[name] = { origin, ...sandbox.settings(origin) };
  }
  console.log(JSON.stringify(settings));
}
