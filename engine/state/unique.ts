import type { Store } from "./types.ts";

/** An id that no other process has: the time, then 80 bits of the store's randomness. Ids ascend with time, roughly. */
export function uniqueId({ clock, random }: Pick<Store, "clock" | "random">): string {
  let id = clock.now().toString(36).padStart(9, "0");
  for (let i = 0; i < 4; i++) id += Math.floor(random() * 2 ** 20).toString(32).padStart(4, "0");
  return id;
}
