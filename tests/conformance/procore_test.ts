import procore from "../../connectors/procore/connector.ts";
import { conformance } from "../../engine/conformance/suite.ts";
import { data, samples } from "./procore_samples.ts";
import { sampled } from "./sampled.ts";

sampled(procore, samples);
for (const { name, run } of conformance({ connector: procore, data, samples })) Deno.test(name, run);
