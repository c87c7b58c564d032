import type { PageRoute } from "../money/route.ts";
export const runPages: readonly PageRoute[] = [];
