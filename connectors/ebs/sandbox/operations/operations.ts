/**
 * The package `XXGUSSET_PKG` as the sandbox carries it out: one function an operation.
 *
 * @module
 */
import type { OperationName } from "../../operations.ts";
import { getCodeCombinations } from "./get_code_combinations.ts";
import { getContext } from "./get_context.ts";
import { getOperatingUnits } from "./get_operating_units.ts";
import { getProjects } from "./get_projects.ts";
import { getPurchaseOrders } from "./get_purchase_orders.ts";
import { getSuppliers } from "./get_suppliers.ts";
import { BusinessError, type Call, type Output } from "./paging.ts";

const FUNCTIONS: Record<OperationName, (call: Call) => Output> = {
  get_context: getContext,
  get_operating_units: getOperatingUnits,
  get_suppliers: getSuppliers,
  get_code_combinations: getCodeCombinations,
  get_projects: getProjects,
  get_purchase_orders: getPurchaseOrders,
};

/** Carries out an operation. What the package refuses is in `X_RETURN_STATUS` `E` and `X_MSG_DATA`, as PL/SQL packages do it. */
export function carryOut(operation: OperationName, call: Call): Output {
  try {
    const told = call.setup.fails[operation];
    if (told !== undefined) throw new BusinessError(told);
    return { ...FUNCTIONS[operation](call), X_RETURN_STATUS: "S" };
  } catch (error) {
    if (!(error instanceof BusinessError)) throw error;
    return { X_RETURN_STATUS: "E", X_MSG_DATA: error.message };
  }
}
