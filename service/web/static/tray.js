// What became of each file that was added: sent, read, and found from then on.
import { element, visible } from "./dom.js";
import { send } from "./send.js";

const PAUSE_MS = 800;
const AT_ONCE = 4;
const KEY = "magpie-tray";

const OUTCOMES = {
  ready: ["done", "Can be found"],
  failed: ["bad", "Could not be read."],
  unsupported: ["bad", "Kept, but not searchable."],
};

export class Tray {
  #panel;
  #list;
  #title;
  #waiting = [];
  #reading = [];
  #sending = 0;
  #watching = false;
  #total = 0;
  #finished = 0;

  constructor(panel) {
    this.#panel = panel;
    this.#list = panel.querySelector("ol");
    this.#title = panel.querySelector("[role=status]");
    panel.querySelector("[data-close]").addEventListener("click", () => {
      panel.hidden = true;
    });
    addEventListener("beforeunload", (event) => {
      if (this.#sending) event.preventDefault();
    });
    this.#takeUp();
  }

  /** Send files and follow each until it can be found. */
  add(files) {
    for (const file of files) {
      this.#waiting.push({ file, row: this.#row(file.name, picture(file)) });
    }
    this.#next();
  }

  /** Go on following what an earlier page sent. */
  #takeUp() {
    for (const { name, id } of JSON.parse(sessionStorage.getItem(KEY) ?? "[]")) {
      this.#reading.push({ name, id, row: this.#row(name) });
    }
    this.#watch();
  }

  #row(name, shown = blank(name)) {
    const state = element("p", { textContent: "Waiting" });
    const label = element("a", { className: "name", textContent: visible(name), title: visible(name) });
    const text = element("div", {}, element("p", { className: "name" }, label), state);
    const row = element("li", {}, shown, text);
    this.#list.prepend(row);
    this.#total += 1;
    this.#panel.hidden = false;
    this.#tell();
    return { label, state };
  }

  async #next() {
    if (this.#sending || !this.#waiting.length) return;
    const { file, row } = this.#waiting.shift();
    this.#sending += 1;
    try {
      const { arrival, asset } = await send(file, (share) => {
        row.state.textContent = `Sending, ${Math.round(share * 100)} %`;
      });
      row.label.href = `/assets/${asset.id}`;
      if (arrival.status === "unchanged") this.#finish(row, "done", "Was here already");
      else {
        row.state.textContent = arrival.same_bytes_as ? "Reading (a copy of another file)" : "Reading";
        this.#reading.push({ name: file.name, id: asset.id, row });
        this.#watch();
      }
    } catch (error) {
      this.#finish(row, "bad", error.message);
    }
    this.#sending -= 1;
    this.#next();
  }

  /** Ask about the files sent first until none is being read: they are read in this order. */
  async #watch() {
    this.#remember();
    if (this.#watching) return;
    this.#watching = true;
    while (this.#reading.length) {
      await new Promise((resume) => setTimeout(resume, PAUSE_MS));
      await Promise.all(this.#reading.slice(0, AT_ONCE).map((each) => this.#look(each)));
      this.#remember();
    }
    this.#watching = false;
  }

  async #look(each) {
    const response = await fetch(`/v1/assets/${each.id}`).catch(() => null);
    // While the server is away, wait for it.
    if (!response || response.status >= 500) return;
    const asset = response.ok ? await response.json() : { state: "failed" };
    if (asset.state === "queued") return;
    this.#reading = this.#reading.filter((other) => other !== each);
    each.row.label.href = `/assets/${each.id}`;
    const [tone, words] = OUTCOMES[asset.state];
    this.#finish(each.row, tone, asset.failure ? `${words} ${asset.failure}` : words);
  }

  #remember() {
    const left = this.#reading.map(({ name, id }) => ({ name, id }));
    sessionStorage.setItem(KEY, JSON.stringify(left));
  }

  #finish(row, tone, words) {
    row.state.className = tone;
    row.state.textContent = words;
    this.#finished += 1;
    this.#tell();
  }

  #tell() {
    const done = this.#finished === this.#total;
    this.#title.textContent = done
      ? `${this.#total} ${this.#total === 1 ? "file" : "files"} done`
      : `${this.#finished} of ${this.#total} done`;
  }
}

function blank(name) {
  const ending = name.match(/\.(\w{1,4})$/)?.[1].toUpperCase() ?? "";
  return element("div", { className: "blank" }, element("span", { textContent: ending }));
}

function picture(file) {
  if (!/^image\/(avif|gif|jpeg|png|webp)$/.test(file.type)) return undefined;
  const image = element("img", { src: URL.createObjectURL(file), alt: "" });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  return image;
}
