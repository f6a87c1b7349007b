// The grid's icons, drawn here: its own come as a font, which the page's
// policy does not let in.

function svg(path: string): string {
  return (
    '<svg viewBox="0 0 16 16" width="12" height="12" fill="none" ' +
    'stroke="currentColor" stroke-width="1.6" stroke-linecap="round" ' +
    `stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`
  );
}

const funnel = svg("M2 3h12l-4.6 5.4v4.2L6.6 14V8.4z");

export const icons: Record<string, string> = {
  sortAscending: svg("M8 13V3M4 7l4-4 4 4"),
  sortDescending: svg("M8 3v10M4 9l4 4 4-4"),
  filter: funnel,
  filterActive: funnel,
  menu: funnel,
  menuAlt: funnel,
  columnMovePin: svg("M8 2v12"),
  columnMoveMove: svg("M2 8h12M8 2v12"),
  columnMoveLeft: svg("M13 8H3M7 4L3 8l4 4"),
  columnMoveRight: svg("M3 8h10M9 4l4 4-4 4"),
  columnMoveHide: svg("M3 3l10 10"),
  dropNotAllowed: svg("M4 4l8 8M12 4l-8 8"),
  smallDown: svg("M4 6l4 4 4-4"),
  selectOpen: svg("M4 6l4 4 4-4"),
  cancel: svg("M4 4l8 8M12 4l-8 8"),
};
