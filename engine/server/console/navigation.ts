/**
 * Where one can go from every page.
 *
 * @module
 */
import { MONEY_NAVIGATION } from "./money/route.ts";

/** The navigation, by group. */
export const NAVIGATION: readonly { group: string; entries: readonly { href: string; title: string }[] }[] = [
  { group: "Money", entries: [{ href: "/console", title: "Overview" }, ...MONEY_NAVIGATION] },
  {
    group: "Machinery",
    entries: [
      { href: "/console/pipelines", title: "Pipelines" },
      { href: "/console/runs", title: "Runs" },
      { href: "/console/connections", title: "Connections" },
    ],
  },
];
