import type { PageRoute } from "../money/route.ts";
export const pipelinePages: readonly PageRoute[] = [];
