// Addresses of endpoints, made the way Workspace makes them.

import { type ParamValues, toQuery } from "./params";

/** An endpoint's address: absolute ones as they are, others below `base`. */
export function endpointUrl(endpoint: string, base: string): string {
  const url = endpoint.startsWith("http") ? endpoint : `${base}/${endpoint}`;
  const [, scheme = "", rest = ""] = /^([a-z]+:\/\/)?(.*)$/s.exec(url) ?? [];
  const [path = "", ...query] = rest.split("?");
  const clean = path.replace(/\/{2,}/g, "/").replace(/\/$/, "");
  return [scheme + clean, ...query].join("?");
}

/** Where a widget's WebSocket is: http becomes ws, https wss. */
export function socketUrl(wsEndpoint: string, base: string): string {
  return endpointUrl(wsEndpoint, base).replace("http", "ws");
}

/**
 * The same, asking this node for all rows of a flush in one message: a browser
 * spends more on a message than on a row. What the widget says itself stays.
 */
export function batchedSocketUrl(wsEndpoint: string, base: string): string {
  const url = new URL(socketUrl(wsEndpoint, base));
  if (!url.searchParams.has("batch")) url.searchParams.set("batch", "array");
  return url.href;
}

/**
 * The same, asking this node to say of each row where its prices come from:
 * the page has to know which are simulated.
 */
export function sourcedUrl(url: string): string {
  const result = new URL(url);
  const asked = result.searchParams;
  if (!asked.has("with")) asked.set("with", "source");
  return result.href;
}

/**
 * Where a widget's rows are. `{name}` in the path takes that parameter, which
 * then is not in the query; an endpoint with a query of its own gets no more.
 */
export function rowsUrl(
  endpoint: string,
  base: string,
  values: ParamValues,
): string {
  const rest = { ...values };
  const path = endpoint.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    delete rest[name];
    return encodeURIComponent(values[name]?.toString() ?? "");
  });
  const url = endpointUrl(path, base);
  const query = toQuery(rest).toString();
  return query === "" || url.includes("?") ? url : `${url}?${query}`;
}

/** The address of the backend that serves this page, without a slash. */
export function backendUrl(page: string): string {
  return new URL(".", page).href.replace(/\/$/, "");
}
