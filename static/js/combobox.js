// Choosing an HS code by name: a combobox with a list, after the ARIA Authoring Practices.
// Without this script the text is sent as it was typed and the server looks it up.

const PAUSE_MS = 200;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Combobox {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector('input[type="text"]');
    this.picked = root.querySelector("[data-picked]");
    this.multiple = "multiple" in root.dataset;
    this.found = [];
    this.active = -1;
    this.timer = 0;
    this.request = null;

    this.list = element("ul", "options dense");
    this.list.id = `${this.input.id}-options`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", root.dataset.listLabel);
    this.status = element("p", "hint");
    this.status.setAttribute("role", "status");
    root.append(this.list, this.status);

    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);

    for (const box of this.picked.querySelectorAll('input[type="checkbox"]')) {
      const [display, name] = box.closest("label").querySelectorAll("span > span");
      box.closest("li").replaceWith(this.chip({ code: box.value, display: display.textContent, name: name.textContent }));
    }
    this.input.addEventListener("input", (event) => {
      if (!event.isComposing) this.lookSoon();
    });
    this.input.addEventListener("compositionend", () => this.lookSoon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // Pressing an option must not take the focus from the field, or the list closes before the press ends.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    // What another part of the page offers is chosen by a press there, and let go by the next.
    this.root.addEventListener("offer", (event) => {
      const held = this.hiddenOf(event.detail.code);
      if (held) held.closest("li").remove();
      else this.pick(event.detail);
      this.changed();
    });
  }

  lookSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  async look() {
    this.request?.abort();
    const words = this.input.value.trim();
    if (!words) {
      this.close();
      return;
    }
    this.request = new AbortController();
    const url = new URL(this.root.dataset.url, location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.show(await answer.json());
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      this.status.textContent = this.root.dataset.failed;
    }
  }

  show(found) {
    this.found = found;
    this.active = -1;
    this.list.replaceChildren(...found.map((item, index) => this.option(item, index)));
    this.open(found.length > 0);
    this.status.textContent = found.length ? "" : this.root.dataset.none;
  }

  option(item, index) {
    const option = element("li");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = element("span", "", item.name);
    name.dir = "auto";
    const path = element("span", "path", item.path);
    path.dir = "auto";
    option.append(element("span", "code", item.display), name, path);
    return option;
  }

  open(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
    else this.bringIntoView();
  }

  // On a phone the keyboard hides what lies below the field: the field goes to the top.
  bringIntoView() {
    const seen = window.visualViewport?.height ?? innerHeight;
    if (this.list.getBoundingClientRect().bottom > seen) this.input.scrollIntoView({ block: "start" });
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.open(false);
  }

  key(event) {
    if (event.isComposing) return;
    const last = this.found.length - 1;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) {
        this.look();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = this.active + step;
      this.activate(next > last ? 0 : next < 0 ? last : next);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Backspace" && !this.input.value && this.multiple) {
      this.picked.lastElementChild?.querySelector("button").focus();
    }
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.list.children[index];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  choose(index) {
    this.pick(this.found[index]);
    this.input.value = "";
    this.close();
    this.input.focus();
    this.status.textContent = "";
    this.changed();
  }

  pick(item) {
    if (!this.multiple) this.picked.replaceChildren(this.chip(item));
    else if (!this.hiddenOf(item.code)) this.picked.append(this.chip(item));
  }

  hiddenOf(code) {
    return [...this.picked.querySelectorAll("input")].find((hidden) => hidden.value === code);
  }

  chip(item) {
    const row = element("li", "chip");
    const hidden = element("input");
    hidden.type = "hidden";
    hidden.name = this.root.dataset.name;
    hidden.value = item.code;
    const words = element("span");
    const name = element("span", "", item.name);
    name.dir = "auto";
    words.append(element("span", "code", item.display), " ", name);
    const remove = element("button", "", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", `${this.root.dataset.remove} ${item.display} ${item.name}`);
    remove.addEventListener("click", () => {
      row.remove();
      this.input.focus();
      this.changed();
    });
    row.append(hidden, words, remove);
    return row;
  }

  changed() {
    this.root.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function enhance(within) {
  for (const root of within.querySelectorAll("[data-combobox]:not([data-ready])")) {
    root.dataset.ready = "";
    new Combobox(root);
  }
}

enhance(document);
