// HS codes and sectors that a product or need may be, offered while it is typed. Nothing is chosen
// but by a press. Without this script, or offline, the fields below work as they do.

const PAUSE_MS = 400;
const LEAST_LETTERS = 3;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function written(text) {
  const made = element("span", "", text);
  made.dir = "auto";
  return made;
}

class Helper {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.title = this.form.elements[root.dataset.title];
    this.description = this.form.elements.description;
    this.sector = this.form.elements.sector_code;
    this.picker = this.form.querySelector("[data-combobox]");
    this.timer = 0;
    this.request = null;
    this.asked = "";
    // It is a live region before anything is said in it, or nothing would be read out.
    this.status = element("p", "hint");
    this.status.setAttribute("role", "status");
    root.append(this.status);
    this.codes = this.list("offers", root.dataset.codes);
    this.sectors = this.list("offers short", root.dataset.sectors);
    this.show({ codes: [], sectors: [] }, "");
    root.hidden = false;

    for (const field of [this.title, this.description]) {
      field.addEventListener("input", () => this.askSoon());
    }
    this.picker.addEventListener("change", () => this.press());
    this.sector.addEventListener("change", () => this.press());
    if (!this.chosenCodes().length) this.askSoon();
  }

  list(className, name) {
    const label = element("p", "small soft", name);
    label.id = `helper-${this.root.childElementCount}`;
    const list = element("ul", className);
    list.setAttribute("aria-labelledby", label.id);
    this.root.append(label, list);
    return list;
  }

  fill(list, rows) {
    list.replaceChildren(...rows);
    list.hidden = list.previousElementSibling.hidden = !rows.length;
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const said = [this.title.value.trim(), this.description.value.trim()];
    const asked = said.join("\n");
    if (asked === this.asked) return;
    this.request?.abort();
    this.asked = asked;
    if (asked.trim().length < LEAST_LETTERS) {
      this.show({ codes: [], sectors: [] }, "");
      return;
    }
    this.request = new AbortController();
    const body = new FormData();
    body.set("title", said[0]);
    body.set("description", said[1].slice(0, 300));
    body.set("csrf_token", this.form.elements.csrf_token.value);
    const headers = { Accept: "application/json" };
    try {
      const answer = await fetch(this.root.dataset.url, { method: "POST", body, headers, signal: this.request.signal });
      if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
      const found = await answer.json();
      const any = found.codes.length + found.sectors.length;
      this.show(found, any ? this.root.dataset.some : this.root.dataset.none);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.asked = "";
      this.show({ codes: [], sectors: [] }, "");
    }
  }

  show(found, status) {
    // The same sentence again is not read out: what is new is the list, which follows it.
    this.status.textContent = status;
    this.fill(this.codes, found.codes.map((item) => this.codeOffer(item)));
    this.fill(this.sectors, found.sectors.map((item) => this.sectorOffer(item)));
    this.press();
  }

  codeOffer(item) {
    const button = this.offer(item.code, () => {
      this.picker.dispatchEvent(new CustomEvent("offer", { detail: item }));
    });
    button.append(element("span", "code", item.display), written(item.name));
    for (const text of [item.heading, item.why]) {
      if (text) {
        const more = written(text);
        more.className = "path";
        button.append(more);
      }
    }
    return this.row(button);
  }

  sectorOffer(item) {
    const button = this.offer(item.code, () => {
      this.sector.value = this.sector.value === item.code ? "" : item.code;
      this.sector.dispatchEvent(new Event("change", { bubbles: true }));
    });
    button.append(written(item.name));
    return this.row(button);
  }

  offer(code, chosen) {
    const button = element("button", "offer");
    button.type = "button";
    button.value = code;
    button.addEventListener("click", chosen);
    return button;
  }

  row(button) {
    const row = element("li");
    row.append(button);
    return row;
  }

  chosenCodes() {
    return [...this.picker.querySelectorAll("[data-picked] input")].map((hidden) => hidden.value);
  }

  // Say at each offer whether it is chosen, here or in the fields below.
  press() {
    const codes = this.chosenCodes();
    for (const button of this.codes.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(codes.includes(button.value)));
    }
    for (const button of this.sectors.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === this.sector.value));
    }
  }
}

for (const root of document.querySelectorAll("[data-goods-helper]")) new Helper(root);
