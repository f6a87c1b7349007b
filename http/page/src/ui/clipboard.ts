// Text out of the page: to the clipboard, or into a file.

/** Whether it could be copied. Without HTTPS only the old way is there. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  area.value = text;
  area.className = "lg-offscreen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

/** What is selected in there is copied as `safe` makes it. */
export function guardCopies(
  host: HTMLElement,
  safe: (text: string) => string,
): void {
  host.addEventListener("copy", (event) => {
    const text = getSelection()?.toString() ?? "";
    if (text === "" || !event.clipboardData) return;
    event.clipboardData.setData("text/plain", safe(text));
    event.preventDefault();
  });
}

export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has to have begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
