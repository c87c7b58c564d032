import type { PageRoute } from "../money/route.ts";
export const connectionPages: readonly PageRoute[] = [];
