// Options of a parameter that come from an endpoint.

import { emptyMap, own } from "../contract/json";
import { toQuery, type ParamValues } from "../contract/params";
import type { Option, Param } from "../contract/types";
import { endpointUrl } from "../contract/urls";
import { readOptions } from "../contract/widgets";

/** As long as Workspace keeps them, in milliseconds. */
const keptFor = 3_600_000;

export class OptionSource {
  readonly #kept = new Map<string, { at: number; options: Option[] }>();

  constructor(
    readonly base: string,
    readonly complain: (text: string) => void,
  ) {}

  async of(param: Param, values: ParamValues): Promise<Option[]> {
    if (param.optionsEndpoint === undefined) return param.options;
    const url = this.#url(param, values);
    const kept = this.#kept.get(url);
    if (kept && performance.now() - kept.at < keptFor) return kept.options;
    const options = await this.#fetch(url);
    if (!options) {
      this.complain(`The options of ${param.label} could not be read.`);
      return param.options;
    }
    this.#kept.set(url, { at: performance.now(), options });
    return options;
  }

  #url(param: Param, values: ParamValues): string {
    const query = emptyMap<ParamValues[string]>();
    for (const [key, x] of Object.entries(param.optionsParams)) {
      const other = typeof x === "string" && x.startsWith("$")
        ? own(values, x.slice(1))
        : (x as ParamValues[string]);
      query[key] = other ?? null;
    }
    const url = endpointUrl(param.optionsEndpoint ?? "", this.base);
    const text = toQuery(query).toString();
    return text === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${text}`;
  }

  async #fetch(url: string): Promise<Option[] | null> {
    try {
      const response = await fetch(url);
      return response.ok ? readOptions(await response.json()) : null;
    } catch {
      return null;
    }
  }
}
