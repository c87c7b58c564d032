/**
 * The service's description as the gateway publishes it: WADL for the alias, XSD for an operation (reference §1.1, §3.2).
 *
 * @module
 */
import { type Columns, type Operation, type OperationName, OPERATIONS } from "../operations.ts";
import { HEADER_NAMES } from "./body.ts";
import type { Setup } from "./setup.ts";

/** The namespace of an operation. */
export const namespaceOf = ({ product, alias }: Setup, operation: string): string =>
  `http://xmlns.oracle.com/apps/${product}/rest/${alias}/${operation}/`;

const HEADER_NAMESPACE = "http://xmlns.oracle.com/apps/fnd/rest/header";

/** The WADL of the alias: what is published. */
export function wadl(setup: Setup): string {
  const { product, alias, published } = setup;
  const resources = published.map((name) => {
    const upper = name.toUpperCase();
    const both = (direction: "Input" | "Output") =>
      ["application/xml", "application/json"]
        .map((type) => `<representation mediaType="${type}" type="tns_${name}:${upper}_${direction}"/>`).join("");
    return `<resource path="${name}/"><method id="${upper}" name="POST"><request>${both("Input")}</request>` +
      `<response>${both("Output")}</response></method></resource>`;
  });
  const grammars = published.map((name) => `<include href="?XSD=${name.toUpperCase()}_SYNCH_TYPEDEF.xsd"/>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<application name="XXGUSSET_PKG" ` +
    `targetNamespace="http://xmlns.oracle.com/apps/${product}/soaprovider/plsql/rest/${alias}/" ` +
    `xmlns="http://wadl.dev.java.net/2009/02"><grammars>${grammars.join("")}</grammars>` +
    `<resources base="/webservices/rest/${alias}/">${resources.join("")}</resources></application>`;
}

/** An XSD by the name that `?XSD=` gives; undefined where there is none. */
export function xsd(name: string, setup: Setup): string | undefined {
  if (name === "RESTHeader.xsd") {
    const fields = HEADER_NAMES.map((field) => element(field, "string")).join("");
    return schema(HEADER_NAMESPACE, complex("RESTHeader", fields));
  }
  if (name === "ISGServiceFault.xsd") {
    const fields = ["Code", "Message", "Resolution"].map((field) => element(field, "string")).join("");
    return schema("http://xmlns.oracle.com/isg/servicefault", complex("ISGServiceFault", fields));
  }
  const operation = /^(\w+)_SYNCH_TYPEDEF\.xsd$/i.exec(name)?.[1].toLowerCase();
  if (!operation || !setup.published.includes(operation) || !Object.hasOwn(OPERATIONS, operation)) return undefined;
  const { inputs, outputs }: Operation = OPERATIONS[operation as OperationName];
  return schema(
    namespaceOf(setup, operation),
    complex("InputParameters", fields(inputs)) + complex("OutputParameters", fields(outputs)),
  );
}

function fields(columns: Columns): string {
  return Object.entries(columns).map(([name, type]) => {
    if (typeof type !== "object") return element(name, type === "NUMBER" ? "decimal" : "string");
    const item = typeof type.items === "object"
      ? complex(`${name}_ITEM`, fields(type.items), ` minOccurs="0" maxOccurs="unbounded" nillable="true"`)
      : element(`${name}_ITEM`, type.items === "NUMBER" ? "decimal" : "string", ` maxOccurs="unbounded"`);
    return complex(name, item, ` minOccurs="0" nillable="true"`);
  }).join("");
}

const element = (name: string, type: string, more = ""): string =>
  `<element name="${name}" type="${type}" minOccurs="0"${more} nillable="true"/>`;

const complex = (name: string, inner: string, more = ""): string =>
  `<element name="${name}"${more}><complexType><sequence>${inner}</sequence></complexType></element>`;

const schema = (namespace: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<schema xmlns="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" ` +
  `targetNamespace="${namespace}">${inner}</schema>`;
