// The parts of AG Grid that the page uses.

import {
  CellStyleModule, ClientSideRowModelApiModule, ClientSideRowModelModule,
  ColumnApiModule, ColumnAutoSizeModule, ModuleRegistry, NumberFilterModule,
  QuickFilterModule, ScrollApiModule, TextFilterModule, TooltipModule,
} from "ag-grid-community";

ModuleRegistry.registerModules([
  CellStyleModule,
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  NumberFilterModule,
  QuickFilterModule,
  ScrollApiModule,
  TextFilterModule,
  TooltipModule,
]);
