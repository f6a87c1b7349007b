// Whether the rows that the page has asked for are there.

export type RowsState =
  | { are: "loading" }
  | { are: "ready" }
  | { are: "failed"; why: string };
