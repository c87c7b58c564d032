/**
 * The floor of suppliers: a bare loop that fetches the same pages, parses them, sends the same bulk calls, and does nothing else. What a
 * product does on top of it (checks, rules, links, plans, durability) is what the ratio shows.
 *
 * @module
 */
import { bare, type Floor, syncBare } from "./bare.ts";
import { cpuTime, type World } from "./world.ts";

type Columns = Record<string, string>;

/** Reads all suppliers; where `write` is set, also sends each page as one bulk call. */
export async function floor(world: World, { write }: { write: boolean }): Promise<Floor> {
  const [started, cpu] = [performance.now(), cpuTime()];
  const systems = await bare(world, { write });
  let [after, records] = ["0", 0];
  for (;;) {
    const { rows, more } = await systems.page("get_suppliers", after);
    records += rows.length;
    if (write && rows.length > 0) {
      const company_id = Number(world.procore.company_id);
      await syncBare(systems, "/rest/v1.0/vendors/sync", { company_id, updates: rows.map(bodyOf) });
    }
    if (!more) return { ms: performance.now() - started, cpu: cpuTime() - cpu, records, calls: systems.calls };
    after = String(rows[rows.length - 1].VENDOR_ID);
  }
}

function bodyOf(row: Record<string, unknown>): unknown {
  const [site] = [(row.SITES as { SITES_ITEM: Columns | Columns[] }).SITES_ITEM].flat();
  return {
    origin_id: `FLOOR-V-${row.VENDOR_ID}`,
    origin_code: String(row.SEGMENT1),
    name: String(row.VENDOR_NAME).trim(),
    is_active: true,
    address: site.ADDRESS_LINE1,
    city: site.CITY,
    state_code: site.STATE,
    zip: site.ZIP,
    country_code: site.COUNTRY,
    business_phone: `${site.AREA_CODE} ${site.PHONE}`,
    email_address: site.EMAIL_ADDRESS,
  };
}
