// The parts of AG Grid that the page uses.

import {
  CellStyleModule, ClientSideRowModelApiModule, ClientSideRowModelModule,
  ColumnApiModule, ColumnAutoSizeModule, ModuleRegistry, NumberFilterModule,
  QuickFilterModule, RowApiModule, ScrollApiModule, TextFilterModule,
  TooltipModule,
} from "ag-grid-community";

ModuleRegistry.registerModules([
  CellStyleModule,
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  NumberFilterModule,
  QuickFilterModule,
  RowApiModule,
  ScrollApiModule,
  TextFilterModule,
  TooltipModule,
]);
