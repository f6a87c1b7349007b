// A sparkline in a cell.

import { sparkShapes, sparkValues, type Shape } from "../render/sparkline";
import type { PointStyle } from "../contract/types";
import { Cell } from "./cell";

const height = 26;
const namespace = "http://www.w3.org/2000/svg";

export class SparkCell extends Cell {
  readonly #svg = document.createElementNS(namespace, "svg");
  #width = 0;

  protected override build(): void {
    this.#svg.setAttribute("role", "img");
    this.#svg.setAttribute("class", "lg-spark");
    this.#svg.setAttribute("height", String(height));
    this.element.append(this.#svg);
    this.params.column?.addEventListener("widthChanged", this.#resized);
  }

  override destroy(): void {
    this.params.column?.removeEventListener("widthChanged", this.#resized);
    super.destroy();
  }

  protected override paint(): void {
    const spark = this.column.sparkline;
    if (!spark) return;
    const data = this.row.cells[spark.dataField ?? this.column.field];
    const values = sparkValues(data, spark.options);
    const room = this.params.column?.getActualWidth() ?? 80;
    this.#width = Math.max(20, room - 14);
    this.#svg.setAttribute("width", String(this.#width));
    this.#svg.setAttribute("aria-label", summary(values));
    this.#svg.replaceChildren(
      ...sparkShapes(values, spark, this.#width, height).map(draw),
    );
  }

  readonly #resized = () => this.paint();
}

/** What a screen reader says in place of the picture. */
function summary(values: number[]): string {
  if (values.length === 0) return "no values";
  return `${values.length} values from ${values[0]} to ${values.at(-1)}`;
}

function draw(shape: Shape): SVGElement {
  switch (shape.kind) {
    case "path": {
      const opacity = shape.style.opacity;
      return make("path", { d: shape.d, "fill-opacity": opacity }, shape.style);
    }
    case "bar": {
      const { x, y, width, height: tall } = shape;
      return make("rect", { x, y, width, height: tall }, shape.style);
    }
    case "point":
      return make(
        "circle",
        { cx: shape.x, cy: shape.y, r: (shape.style.size ?? 4) / 2 },
        { fill: "currentColor", ...shape.style },
      );
  }
}

function make(
  name: string,
  attributes: Record<string, string | number | undefined>,
  style: PointStyle,
): SVGElement {
  const element = document.createElementNS(namespace, name);
  const all = {
    ...attributes,
    fill: style.fill,
    stroke: style.stroke,
    "stroke-width": style.strokeWidth,
  };
  for (const [key, value] of Object.entries(all))
    if (value !== undefined) element.setAttribute(key, String(value));
  return element;
}
