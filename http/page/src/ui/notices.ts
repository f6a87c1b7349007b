// Short messages that go away by themselves.

import { make } from "./dom";

const shownFor = 5000;
const mostAtOnce = 3;

export class Notices {
  constructor(readonly host: HTMLElement) {}

  show(text: string): void {
    const same = [...this.host.children].find((x) => x.textContent === text);
    same?.remove();
    const notice = make("p", {}, text);
    this.host.append(notice);
    if (this.host.children.length > mostAtOnce)
      this.host.firstElementChild?.remove();
    setTimeout(() => notice.remove(), shownFor);
  }
}
