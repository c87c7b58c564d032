import type { PageRoute } from "../money/route.ts";
export const jobPages: readonly PageRoute[] = [];
