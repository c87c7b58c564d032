/**
 * Which countries and states Procore takes: ISO 3166 alpha-2, and the subdivision codes of the countries whose lists it is known for.
 *
 * @module
 */
import type { Errors } from "./answers.ts";

const STATES: Record<string, ReadonlySet<string>> = {
  US: new Set(
    ("AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA " +
      "RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI UM AA AE AP").split(" "),
  ),
  CA: new Set("AB BC MB NB NL NS NT NU ON PE QC SK YT".split(" ")),
  AU: new Set("ACT NSW NT QLD SA TAS VIC WA".split(" ")),
};

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && code !== "ZZ" && regions.of(code) !== undefined;
}

/** What is wrong with a country and state; a state without a country, or of a country without a list here, passes. Texts assumed. */
export function placeErrors(country: string | null, state: string | null): Errors {
  if (country && !isCountry(country)) return { country_code: ["is invalid"] };
  const known = country ? STATES[country] : undefined;
  return state && known && !known.has(state) ? { state_code: ["is invalid"] } : {};
}
