// A widget's parameters as controls.

import { maybe } from "../contract/json";
import type { ParamValues } from "../contract/params";
import type { Param, ParamValue } from "../contract/types";
import { make } from "./dom";
import type { OptionSource } from "./options";
import { Picker } from "./picker";

/** Typing counts once it has stopped for as long as Workspace waits. */
const typingPause = 1250;

export class Controls {
  #set = new Map<string, (value: ParamValue) => void>();

  constructor(
    readonly host: HTMLElement,
    readonly options: OptionSource,
    /** The values as they are now. */
    readonly values: () => ParamValues,
    readonly changed: (name: string, value: ParamValue) => void,
  ) {}

  show(params: readonly Param[]): void {
    this.#set.clear();
    this.host.replaceChildren(
      ...params
        .filter((x) => x.show && x.type !== "form" && x.type !== "button")
        .map((x) => this.#control(x)),
    );
    for (const [name, value] of Object.entries(this.values()))
      this.set(name, value);
  }

  /** Shows a value that was set elsewhere. */
  set(name: string, value: ParamValue): void {
    this.#set.get(name)?.(value);
  }

  #control(param: Param): HTMLElement {
    const hasOptions =
      param.options.length > 0 || param.optionsEndpoint !== undefined;
    const [label, control] =
      param.type === "boolean"
        ? ["label", this.#boolean(param)] as const
        : param.type === "tabs"
          ? ["fieldset", this.#tabs(param)] as const
          : hasOptions || param.multiSelect
            ? ["div", this.#picker(param)] as const
            : ["label", this.#input(param)] as const;
    return make(label, { class: "lg-param", title: param.description },
      make("span", { class: "lg-param-label" }, param.label), control);
  }

  #picker(param: Param): HTMLElement {
    const picker = new Picker({
      label: param.label,
      multiple: param.multiSelect,
      free: param.type === "text" || param.type === "ticker",
      placeholder: param.placeholder,
      ...maybe("popupWidth", param.popupWidth),
      options: () => this.options.of(param, this.values()),
      picked: (values) =>
        this.changed(param.name,
          param.multiSelect ? values : (values[0] ?? null)),
    });
    this.#set.set(param.name, (x) => picker.set(asList(x)));
    return picker.element;
  }

  #input(param: Param): HTMLElement {
    const type = param.type === "number" || param.type === "date"
      ? param.type
      : "text";
    const input = make("input", {
      type,
      class: "lg-control",
      placeholder: param.placeholder,
      step: type === "number" ? "any" : undefined,
      autocomplete: "off",
      spellcheck: "false",
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let sent = "";
    const send = () => {
      clearTimeout(timer);
      if (input.value === sent) return;
      sent = input.value;
      const value = type === "number" && sent !== "" ? Number(sent) : sent;
      this.changed(param.name, value === "" ? null : value);
    };
    input.oninput = () => {
      clearTimeout(timer);
      timer = setTimeout(send, type === "date" ? 0 : typingPause);
    };
    input.onchange = send;
    this.#set.set(param.name, (x) => {
      input.value = sent = x === null ? "" : String(x);
    });
    return input;
  }

  #boolean(param: Param): HTMLElement {
    const input = make("input", { type: "checkbox", class: "lg-switch",
      role: "switch" });
    // Once toggled it is a text, as in Workspace.
    input.onchange = () => this.changed(param.name, String(input.checked));
    this.#set.set(param.name, (x) => {
      input.checked = x === true || x === "true";
    });
    return input;
  }

  #tabs(param: Param): HTMLElement {
    const host = make("span", { class: "lg-tabs", role: "radiogroup",
      "aria-label": param.label });
    const inputs = param.options.map((x) => {
      const input = make("input", { type: "radio", name: `p-${param.name}`,
        value: String(x.value) });
      input.onchange = () => this.changed(param.name, input.value);
      host.append(make("label", {}, input, make("span", {}, x.label)));
      return input;
    });
    this.#set.set(param.name, (x) => {
      for (const input of inputs) input.checked = input.value === String(x);
    });
    return host;
  }
}

function asList(x: ParamValue): string[] {
  if (Array.isArray(x)) return x;
  return x === null || x === "" ? [] : String(x).split(",");
}
