// Keys of the page as a whole; the grid has its own.

export interface KeyTargets {
  togglePause(): void;
  toggleTheme(): void;
  focusSearch(): void;
  help(): void;
}

export function listenToKeys(to: KeyTargets): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event.target)) return;
    switch (event.key) {
      case "p":
        to.togglePause();
        break;
      case "t":
        to.toggleTheme();
        break;
      case "/":
        to.focusSearch();
        break;
      case "?":
        to.help();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement
    && target.closest("input, select, textarea, dialog[open]") !== null
  );
}
