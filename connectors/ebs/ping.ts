/**
 * `gusset ping`: logs in and says what it found. Every call it makes is a read.
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import type { Finding, Row } from "../../engine/connector.ts";
import { asFailure } from "../../engine/failure.ts";
import type { Inputs } from "./envelope.ts";
import { type WhoAmI, whoAmI } from "./identity.ts";
import type { Isg } from "./isg.ts";
import { type Operation, type OperationName, OPERATIONS, PACKAGE_VERSION } from "./operations.ts";
import { rowsOf } from "./rows.ts";
import type { Context, Settings } from "./settings.ts";

/** Seconds that two clocks may differ without a word. */
const TOLERANCE = 60;

const ok = (message: string): Finding => ({ level: "ok", message });

/** What a ping works with. */
export interface PingOptions {
  isg: Isg;
  settings: Settings;
  clock: Clock;
  primary: Context;
  covered: readonly Context[];
}

/** Yields findings; what makes the rest pointless (no login, no package) ends it. */
export async function* ping({ isg, settings, clock, primary, covered }: PingOptions): AsyncGenerator<Finding> {
  let me: WhoAmI;
  try {
    me = await whoAmI(isg, primary);
  } catch (error) {
    return yield found(error);
  }
  yield ok(
    `Logged in to ${settings.host} as ${me.X_USER_NAME ?? settings.user}` +
      ` with responsibility ${me.X_RESPONSIBILITY ?? (primary.responsibility || "(none)")}.`,
  );
  yield ok(
    `Database ${me.X_DATABASE ?? "(unnamed)"} (${me.X_DATABASE_ID ?? "no id"})` +
      `${me.X_SYSTEM ? `, system ${me.X_SYSTEM}` : ""}${me.X_TIME_ZONE ? `, time zone ${me.X_TIME_ZONE}` : ""}.`,
  );
  yield version(me.X_PACKAGE_VERSION);
  yield clocks(me.X_UTC, clock.now());
  yield* operations(isg, primary, settings.alias);
  for (const context of covered) yield await reach(isg, context);
}

function found(error: unknown, about = ""): Finding {
  const { message, value, action } = asFailure(error);
  return { level: "fail", message: `${about}${message}${value ? ` (${value})` : ""}.`, action };
}

function version(installed = "(none)"): Finding {
  const [major] = PACKAGE_VERSION.split(".");
  if (installed.split(".")[0] !== major) {
    return {
      level: "fail",
      message: `Package XXGUSSET_PKG is version ${installed}; this release of Gusset speaks ${PACKAGE_VERSION}.`,
      action: "Install the package of this release (connectors/ebs/plsql/INSTALL.md).",
    };
  }
  if (isOlder(installed, PACKAGE_VERSION)) {
    return {
      level: "warn",
      message: `Package XXGUSSET_PKG is version ${installed}; this release of Gusset can use ${PACKAGE_VERSION}.`,
      action: "Upgrade it when streams are needed that it does not have yet (connectors/ebs/plsql/INSTALL.md).",
    };
  }
  return ok(`Package XXGUSSET_PKG is version ${installed}.`);
}

/** Whether version `a` of one first number comes before `b`. */
function isOlder(a: string, b: string): boolean {
  const [x, y] = [a, b].map((version) => Number(version.split(".")[1]));
  return x < y;
}

function clocks(utc: string | undefined, now: number): Finding {
  const theirs = utc === undefined ? NaN : Date.parse(utc);
  if (Number.isNaN(theirs)) {
    return { level: "warn", message: "The database does not say its time.", action: "Update the package." };
  }
  const seconds = Math.round((theirs - now) / 1000);
  if (Math.abs(seconds) <= TOLERANCE) return ok(`The clocks differ by ${Math.abs(seconds)} s.`);
  return {
    level: "warn",
    message: `The database's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} this machine's.`,
    action:
      "Set both by NTP. Reads go by the database's own clock and stay right; times shown beside each other do not.",
  };
}

/**
 * Which operations are there. The service description tells what is published; whether this user may call it is only found by
 * calling, which is harmless for a read of an id that no row has. An operation that writes is never called.
 */
async function* operations(isg: Isg, context: Context, alias: string): AsyncGenerator<Finding> {
  let published: Set<string> | undefined;
  try {
    published = await isg.published(context);
  } catch (error) {
    yield { ...found(error, "The service description cannot be read: "), level: "warn" };
  }
  const usable: string[] = [];
  for (const [name, operation] of Object.entries(OPERATIONS) as [OperationName, Operation][]) {
    const finding = await probe(isg, { context, name, operation, published });
    if (finding) yield finding;
    else usable.push(name);
  }
  if (usable.length > 0) {
    yield ok(`Published under alias ${alias} and open to this user: ${usable.join(", ")}.`);
  }
}

async function probe(
  isg: Isg,
  { context, name, operation, published }: {
    context: Context;
    name: OperationName;
    operation: Operation;
    published: Set<string> | undefined;
  },
): Promise<Finding | undefined> {
  if (published && !published.has(name)) {
    return {
      level: "fail",
      message: `Operation ${name} is not published.`,
      action:
        "Select it in the Integration Repository, redeploy the service and grant it (connectors/ebs/plsql/INSTALL.md).",
    };
  }
  if (operation.effect === "write") {
    return published ? undefined : {
      level: "warn",
      message: `Whether ${name} is published cannot be told without calling it.`,
      action: "Open ?WADL.",
    };
  }
  const inputs: Inputs = {
    P_ORG_ID: context.orgId,
    ...("P_IDS" in operation.inputs && { P_IDS: ["0"] }),
    ...("P_KEYS" in operation.inputs && { P_KEYS: ["0"] }),
  };
  try {
    await isg.call(context, name, inputs);
    return undefined;
  } catch (error) {
    return found(error, `${name}: `);
  }
}

async function reach(isg: Isg, context: Context): Promise<Finding> {
  const unit = `Operating unit ${context.name}`;
  try {
    const output = await isg.call(context, "get_operating_units", { P_ORG_ID: context.orgId, P_IDS: [context.orgId] });
    const row: Row | undefined = rowsOf(output, OPERATIONS.get_operating_units)
      .find(({ ORGANIZATION_ID }) => ORGANIZATION_ID === context.orgId);
    if (row) {
      const ledger = row.LEDGER_NAME ? `, ledger ${row.LEDGER_NAME}` : "";
      return ok(`${unit} is open${row.NAME ? `: ${row.NAME}` : ""}${ledger}.`);
    }
    return {
      level: "fail",
      message: `${unit} is not open to responsibility ${context.responsibility || "(none)"}.`,
      action: "Check its profiles MO: Operating Unit and MO: Security Profile, or `operating_units` of the connection.",
    };
  } catch (error) {
    return found(error, `${unit}: `);
  }
}
