/** Identifies a part of a source record among all of its pipeline's. */
export const partKey = (key: string, part: string): string => part === "" ? key : `${key}\u0000${part}`;

/** The same, for people. */
export const partName = (self: string): string => self.replace("\u0000", ", part ");
