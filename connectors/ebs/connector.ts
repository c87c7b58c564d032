/**
 * Oracle E-Business Suite 12.2, by a PL/SQL package of our own behind its Integrated SOA Gateway. See README.md.
 *
 * @module
 */
import { type Connector, defineConnector } from "../../engine/connector.ts";
import { open, STREAMS } from "./open.ts";
import { ebsSandbox } from "./sandbox/sandbox.ts";
import { originOf, type Settings, settings } from "./settings.ts";

const connector: Connector<Settings> = defineConnector({
  name: "ebs",
  title: "Oracle E-Business Suite",
  settings,
  secrets: ["password"],
  origins: (settings) => [originOf(settings)],
  streams: STREAMS,
  open,
  sandbox: ebsSandbox,
});
export default connector;
