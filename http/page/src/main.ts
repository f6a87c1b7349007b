// The start: widgets.json, then the page around it.

import "./style/page.css";
import { App } from "./app";
import { readWidgets } from "./contract/widgets";
import { backendUrl } from "./contract/urls";
import { backoff } from "./feed/backoff";
import { find } from "./ui/dom";
import { listenToKeys } from "./ui/keys";

const base = backendUrl(location.href);

/** Asks until there is an answer: a page may be opened before its node is. */
async function loadWidgets(): Promise<unknown> {
  for (let attempt = 0; ; ++attempt) {
    try {
      const response = await fetch(`${base}/widgets.json`);
      if (response.ok) return await response.json();
      say(`widgets.json: ${response.status} ${response.statusText}`);
    } catch {
      say("The server cannot be reached. Trying again …");
    }
    const delay = backoff(attempt, Math.random());
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

function say(text: string): void {
  find("overlay").hidden = false;
  find("overlay").textContent = text;
}

const app = new App(readWidgets(await loadWidgets()), base);
listenToKeys({
  togglePause: () => app.togglePause(),
  toggleTheme: () => app.toggleTheme(),
  focusSearch: () => app.focusSearch(),
  help: () => find<HTMLDialogElement>("help-dialog").showModal(),
});
app.start();
