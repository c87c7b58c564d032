/**
 * Failures as answers: `application/problem+json` (RFC 9457) with what a failure says anyway.
 *
 * @module
 */
import type { Failure, FailureKind } from "../../failure.ts";

/** Statuses of codes that do not follow their kind. */
const STATUS: Readonly<Record<string, number>> = {
  "usage": 400,
  "request.invalid": 400,
  "request.foreign": 403,
  "request.too-large": 413,
  "request.stale-cursor": 410,
  "token.missing": 401,
  "token.unknown": 401,
  "token.role": 403,
  "plan.own": 403,
  "not-there": 404,
  "plan.unknown": 404,
  "config.unknown-pipeline": 404,
  "config.unknown-connection": 404,
  "secret.missing": 404,
  "secret.invalid": 400,
  "webhook.none": 404,
  "record.invalid": 400,
  "config.invalid": 422,
  "run.leased": 409,
  "state.busy": 503,
};

/** A kind's status: later is 503, what waits for a person a conflict. */
const KINDS: Readonly<Record<FailureKind, number>> = { rejected: 422, retry: 503, halt: 409, lost: 409, bug: 500 };

/** The status of a failure. */
export const statusOf = ({ code, kind }: Pick<Failure, "code" | "kind">): number => STATUS[code] ?? KINDS[kind];

/** A failure as a caller reads it. */
export interface Problem {
  /** `urn:gusset:failure:CODE`. */
  type: string;
  /** The fact. */
  title: string;
  status: number;
  code: string;
  fact: string;
  value?: string;
  place?: string;
  /** What helps. */
  action: string;
}

/** A failure as an answer. Nothing of a bug is told but that there is one. */
export function problemOf(failure: Failure): Problem {
  const status = statusOf(failure);
  const { code, value, place } = failure;
  const fact = failure.kind === "bug" ? "Gusset itself is wrong; its log says more" : failure.toJSON().fact;
  return {
    type: `urn:gusset:failure:${code}`,
    title: fact,
    status,
    code,
    fact,
    ...(failure.kind !== "bug" && value !== undefined && { value }),
    ...(failure.kind !== "bug" && place !== undefined && { place }),
    action: failure.action,
  };
}
