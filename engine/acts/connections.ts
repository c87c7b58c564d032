/**
 * Connections as people look after them: whether they answer, and who they were pinned to be.
 *
 * @module
 */
import type { Finding } from "../connector.ts";
import { asFailure, sentence } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { connectionOf } from "../pipeline/named.ts";
import type { Engine } from "../run/types.ts";
import { batch } from "../state/batch.ts";
import { getPin, type Pin, resetPin } from "../state/pins.ts";
import type { Actor } from "./actor.ts";

/** What a connection's ping finds, and whether the same system answers as at the first use. Never throws. */
export async function* findings(engine: Engine, name: string): AsyncGenerator<Finding> {
  let reached = true;
  try {
    const connection = await engine.connect(name);
    for await (const finding of connection.session.ping()) {
      if (finding.level === "fail") reached = false;
      yield finding;
    }
    // What answers nothing has no identity to compare: once said is enough.
    if (reached) await connection.ready();
  } catch (thrown) {
    const failure = asFailure(thrown);
    yield { level: "fail", message: sentence({ ...failure.toJSON(), action: "" }).trimEnd(), action: failure.action };
  }
}

/** Forgets who answered at a connection's first use. Gives the pin; undefined where there was none. */
export async function forgetPin(
  who: Actor,
  connection: string,
  project: () => Promise<Project>,
): Promise<Pin | undefined> {
  const pin = await getPin(who.store, connection);
  // What is pinned can be forgotten, even of a connection that is gone from the files.
  if (!pin) return void connectionOf(await project(), connection);
  const writes = batch(who.store);
  resetPin(writes, connection);
  await who.commit(writes, { subject: connection, details: { was: pin.name } });
  return pin;
}
