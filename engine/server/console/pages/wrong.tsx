/**
 * What went wrong, and what helps.
 *
 * @module
 */
import type { Problem } from "../../api/problem.ts";
import { Head } from "../money/parts.tsx";

/** A failure as a page. */
export const Wrong = ({ fact, value, place, action, code }: Problem) => (
  <>
    <Head title="That did not work" />
    <section class="card">
      <p class="wrong">
        <bdi>{fact}</bdi>
        {value !== undefined && (
          <>
            {": "}
            <bdi>{value}</bdi>
          </>
        )}
      </p>
      {place !== undefined && (
        <p class="quiet">
          <bdi>{place}</bdi>
        </p>
      )}
      <p>{action}</p>
      <p class="quiet">{`Code ${code}`}</p>
    </section>
  </>
);
