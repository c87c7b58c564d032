/**
 * A collection in memory: rows ascending by id, and unique look-ups that follow every change. Made for 200,000 rows: an id is
 * found by bisection, so that it needs no map of its own.
 *
 * @module
 */

/** What every row has. */
export interface Stored {
  id: number;
}

/** Rows by id and by the look-ups it was made with. */
export interface Table<T extends Stored> {
  /** Ascending by id. */
  readonly rows: readonly T[];
  /** Rises with every change: what was computed from an older one is stale. */
  readonly version: number;
  get(id: number): T | undefined;
  /** The row that holds `key` in the look-up `index`. */
  find(index: string, key: string): T | undefined;
  insert(row: T): T;
  /** Sets fields and follows them in the look-ups. */
  update(row: T, changes: Partial<T>): T;
  /** Takes a row out, for good. */
  remove(row: T): void;
  /** Has every later change told, after it was made; `changes` where a row was updated. */
  watch(tell: Tell<T>): void;
}

/** Hears of a change of a table. */
export type Tell<T> = (what: "insert" | "update" | "remove", row: T, changes?: Partial<T>) => void;

/** Makes an empty table. An index gives a row's key, or undefined where the row has none; a key already held stays with its holder. */
export function table<T extends Stored>(indexes: Record<string, (row: T) => string | undefined> = {}): Table<T> {
  const rows: T[] = [];
  const lookups = Object.entries(indexes).map(([name, key]) => ({ name, key, map: new Map<string, T>() }));
  const byName = Object.fromEntries(lookups.map(({ name, map }) => [name, map]));
  let version = 0;
  let tell: Tell<T> | undefined;

  /** The place of `id`, or where it would stand. */
  function place(id: number): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[middle].id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    rows,
    get version() {
      return version;
    },
    get(id) {
      const row = rows[place(id)];
      return row?.id === id ? row : undefined;
    },
    find: (index, key) => byName[index].get(key),
    insert(row) {
      version++;
      if (rows.length === 0 || rows[rows.length - 1].id < row.id) rows.push(row);
      else rows.splice(place(row.id), 0, row);
      for (const { key, map } of lookups) {
        const value = key(row);
        if (value !== undefined && !map.has(value)) map.set(value, row);
      }
      tell?.("insert", row);
      return row;
    },
    update(row, changes) {
      version++;
      const before = lookups.map(({ key }) => key(row));
      Object.assign(row, changes);
      lookups.forEach(({ key, map }, i) => {
        const [was, is] = [before[i], key(row)];
        if (was === is) return;
        if (was !== undefined && map.get(was) === row) map.delete(was);
        if (is !== undefined && !map.has(is)) map.set(is, row);
      });
      tell?.("update", row, changes);
      return row;
    },
    remove(row) {
      version++;
      for (const { key, map } of lookups) {
        const value = key(row);
        if (value !== undefined && map.get(value) === row) map.delete(value);
      }
      rows.splice(place(row.id), 1);
      tell?.("remove", row);
    },
    watch(listener) {
      tell = listener;
    },
  };
}
