import ebs from "../../connectors/ebs/connector.ts";
import { conformance } from "../../engine/conformance/suite.ts";
import { data, samples } from "./ebs_samples.ts";
import { sampled } from "./sampled.ts";

sampled(ebs, samples);
for (const { name, run } of conformance({ connector: ebs, data, samples })) Deno.test(name, run);
