/**
 * Whose write a delivery announces.
 *
 * @module
 */
import type { Engine } from "../run/types.ts";
import type { WorkOptions } from "./work.ts";

/**
 * Tells our own writes from those of others, by who made them, as the connection knows itself. What came of another pipeline's write is
 * so dropped, too: the pipelines that wait for it have `trigger.after`.
 */
export function ownWrites(engine: Pick<Engine, "connect">): NonNullable<WorkOptions["own"]> {
  return async (connection, delivery) => {
    const { session } = await engine.connect(connection);
    return await session.hooks?.own(delivery) ?? false;
  };
}
