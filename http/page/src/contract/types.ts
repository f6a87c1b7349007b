// What a Live Grid widget is, as widgets.json gives it, read once and typed.

/** A row as the server sends it. */
export type Row = Record<string, unknown>;

export type Condition =
  | "eq" | "ne" | "gt" | "lt" | "gte" | "lte"
  | "between" | "contains" | "notContains";

export interface ColorRule {
  condition: Condition;
  value?: unknown;
  range?: { min: number; max: number };
  color: string;
  fill?: boolean;
}

export type FormatterFn =
  | "int" | "none" | "percent" | "normalized" | "normalizedPercent"
  | "dateToYear";

export type RenderFn =
  | "greenRed" | "titleCase" | "hoverCard" | "cellOnClick" | "columnColor"
  | "showCellChange";

export interface RenderFnParams {
  colorValueKey?: string;
  colorRules?: ColorRule[];
  hoverCard?: { cellField?: string; title?: string; markdown?: string };
  actionType?: string;
  groupBy?: { paramName: string; valueField?: string; forceUpdate?: boolean };
  sendToAgent?: { markdown: string; agentId?: string };
}

export interface PointStyle {
  fill?: string;
  stroke?: string;
  strokeWidth?: number;
  size?: number;
}

export interface SparklineOptions extends PointStyle {
  fillOpacity?: number;
  min?: number;
  max?: number;
  direction?: "vertical" | "horizontal";
  xKey?: string;
  yKey?: string;
  tooltip?: { enabled?: boolean };
  axis?: { stroke?: string; strokeWidth?: number; paddingInner?: number };
  markers?: PointStyle & { enabled?: boolean };
  pointsOfInterest?: {
    firstLast?: PointStyle;
    minimum?: PointStyle;
    maximum?: PointStyle;
    positiveNegative?: { positive?: PointStyle; negative?: PointStyle };
  };
  padding?: { top?: number; right?: number; bottom?: number; left?: number };
}

export interface Sparkline {
  type: "line" | "area" | "bar";
  dataField?: string;
  options: SparklineOptions;
}

/** A column: a declared one of columnsDefs, or one that comes by showAll. */
export interface Column {
  field: string;
  headerName: string;
  declared: boolean;
  /** Whether the WebSocket may change its cells. */
  live: boolean;
  cellDataType?: string;
  chartDataType?: string;
  formatterFn?: FormatterFn;
  decimalPlaces: number;
  prefix: string;
  suffix: string;
  renderFns: RenderFn[];
  renderFnParams: RenderFnParams;
  sparkline?: Sparkline;
  width?: number;
  minWidth?: number;
  maxWidth?: number;
  hide: boolean;
  pinned?: "left" | "right";
  align?: "left" | "center" | "right";
  headerTooltip?: string;
}

export type ParamValue = string | number | boolean | string[] | null;

export interface Option {
  label: string;
  value: ParamValue;
  description?: string;
}

export interface Param {
  name: string;
  type: string;
  label: string;
  description: string;
  placeholder: string;
  show: boolean;
  /** The default as widgets.json has it; params.ts makes a value of it. */
  value: unknown;
  options: Option[];
  multiSelect: boolean;
  optionsEndpoint?: string;
  optionsParams: Record<string, unknown>;
  popupWidth?: number;
}

export interface Widget {
  id: string;
  name: string;
  description: string;
  endpoint: string;
  wsEndpoint?: string;
  /** Columns whose values make the row's key; none is append mode. */
  rowId: string[];
  showAll: boolean;
  columns: Column[];
  params: Param[];
  /** Milliseconds between two GETs; null for none. */
  refetchInterval: number | null;
  runButton: boolean;
}
