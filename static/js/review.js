// The review queue by keyboard. The page works without it: every key presses a button or link that is there.
// Pairs are fetched one ahead, a decision is sent in the background, and what changed is said aloud.

const review = document.getElementById("review");
const ahead = new Map();
let busy = Promise.resolve();

const inReview = (selector) => review.querySelector(selector);
const act = (name) => inReview(`[data-act="${name}"]`);
const rows = () => [...review.querySelectorAll(".row")];
const current = () => inReview('.row[aria-current="true"]');

function say(sentence) {
  const line = document.getElementById("said");
  line.textContent = "";
  // Set anew a moment later: the same sentence twice is said twice.
  setTimeout(() => { line.textContent = sentence; }, 30);
}

function announce() {
  const pair = inReview(".pair");
  if (!pair) return;
  const words = { exporter: pair.dataset.exporter, buyer: pair.dataset.buyer };
  say(review.dataset.opened.replace(/%\((\w+)\)s/g, (_all, name) => words[name]));
}

async function page(url, options = {}) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const text = await answer.text();
  return { answer, tree: new DOMParser().parseFromString(text, "text/html") };
}

function fragmentOf(row) {
  const url = new URL(row.href);
  url.searchParams.set("fragment", "pair");
  return url;
}

function fetchAhead(row) {
  if (!row || ahead.has(row.id)) return;
  const found = page(fragmentOf(row)).then(({ answer, tree }) => {
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return tree.querySelector(".pair");
  });
  found.catch(() => ahead.delete(row.id));
  ahead.set(row.id, found);
}

function neighbour(step) {
  const all = rows();
  return all[all.indexOf(current()) + step];
}

function put(pair) {
  document.getElementById("pair").replaceChildren(document.importNode(pair, true));
  inReview("#pair-title")?.focus({ preventScroll: true });
  if (matchMedia("(width < 72rem)").matches) document.getElementById("pair").scrollIntoView({ block: "start" });
  else scrollTo({ top: Math.min(scrollY, review.offsetTop) });
}

async function open(row) {
  if (!row) return;
  const typed = document.getElementById("note")?.value;
  if (typed) { location.assign(row.href); return; }
  fetchAhead(row);
  let pair;
  try {
    pair = await ahead.get(row.id);
  } catch {
    location.assign(row.href);
    return;
  }
  for (const other of rows()) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  put(pair);
  history.replaceState(null, "", row.href);
  announce();
  fetchAhead(neighbour(1));
}

// What the server answers is the truth: the list, the count and the undo bar come from it.
function takeOver(tree, { keepPair }) {
  const fresh = tree.getElementById("review");
  if (!fresh) return false;
  const top = document.getElementById("list")?.scrollTop ?? 0;
  for (const selector of [".top", ".in-force", "#undo", "#list"]) {
    const here = inReview(selector);
    const there = fresh.querySelector(selector);
    if (here && there) here.replaceWith(document.importNode(there, true));
  }
  document.getElementById("help-button").hidden = false;
  const list = document.getElementById("list");
  if (list) list.scrollTop = top;
  const shown = inReview(".pair")?.dataset.id;
  const asked = fresh.querySelector(".pair");
  if (!asked) return false;
  if (!keepPair || asked.dataset.id !== shown) put(asked);
  else inReview(".decide input[name=version]").value = asked.querySelector("input[name=version]").value;
  return true;
}

async function send(form, button) {
  const body = new FormData(form, button);
  const list = form.closest("#pair") ? neighbour(1) ?? neighbour(-1) : null;
  const before = inReview(".pair")?.cloneNode(true);
  let shown = false;
  if (list && ahead.has(list.id)) {
    try {
      put(await ahead.get(list.id));
      shown = true;
    } catch { shown = false; }
  }
  ahead.clear();
  try {
    const { answer, tree } = await page(form.action, { method: "POST", body });
    if (!answer.ok && answer.status !== 409 && answer.status !== 422) throw new Error(`status ${answer.status}`);
    if (!takeOver(tree, { keepPair: shown && answer.ok })) {
      if (!answer.ok) throw new Error("another page");
      location.assign(answer.url);
      return;
    }
    if (answer.ok) history.replaceState(null, "", answer.url);
    const bar = inReview("#undo .undo p");
    const alarm = inReview(".pair [role=alert]");
    if (answer.ok && bar) say(bar.textContent.replace(/\s+/g, " ").trim());
    if (alarm) alarm.focus();
    emphasise();
    fetchAhead(neighbour(1));
  } catch {
    if (before) {
      delete before.querySelector(".decide")?.dataset.sent;
      inReview("#pair")?.replaceChildren(before);
    }
    say(review.dataset.failed);
    document.getElementById("flashes").replaceChildren(Object.assign(document.createElement("div"), { className: "notice bad", textContent: review.dataset.failed }));
  }
}

// For ten seconds the way back stands out; it stays there afterwards, and in the history.
function emphasise() {
  const bar = inReview("#undo .undo");
  if (!bar) return;
  bar.classList.add("fresh");
  setTimeout(() => bar.classList.remove("fresh"), 10000);
}

async function undoLast() {
  const button = act("undo");
  if (button) await send(button.form, button);
}

function reject() {
  const details = inReview(".decide details.reject");
  if (!details) return;
  details.open = true;
  (details.querySelector("input:checked") ?? details.querySelector("input")).focus();
}

function closePanels() {
  const opened = inReview("details.up[open]");
  if (!opened) return false;
  opened.open = false;
  opened.querySelector("summary").focus();
  return true;
}

function chooseReason(digit) {
  const details = inReview(".decide details.reject[open]");
  const radio = details?.querySelectorAll('input[type="radio"]')[digit - 1];
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  if (radio.value === "other") details.querySelector("textarea").focus();
  return true;
}

function walk(step) {
  const row = neighbour(step);
  if (row) open(row);
  else say(step > 0 ? review.dataset.last : review.dataset.first);
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  a: () => act("approve")?.click(),
  A: () => { if (inReview("#list input[name=chosen]:checked")) act("approve-chosen")?.click(); },
  r: reject,
  h: () => act("hold")?.click(),
  // The way back must be that of the last decision, which may still be on its way.
  z: () => { busy = busy.then(() => undoLast()); },
  x: () => current()?.parentElement.querySelector("input[name=chosen]")?.click(),
  "?": () => document.getElementById("help").showModal(),
  "/": () => {
    const filter = inReview("details.filter");
    filter.open = true;
    document.getElementById("filter-q").focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && closePanels()) { event.preventDefault(); return; }
  const inText = event.target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
  if (inText || document.querySelector("dialog[open]")) return;
  if (/^[1-9]$/.test(event.key)) {
    if (chooseReason(Number(event.key))) event.preventDefault();
    return;
  }
  if (event.key === "Enter" && event.target.matches(".decide details.reject input[type=radio]")) {
    event.preventDefault();
    act("send-rejection").click();
    return;
  }
  // While a reason is being chosen, no other key decides.
  if (inReview(".decide details.reject[open]")) return;
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  const action = KEYS[key];
  if (!action || (event.repeat && !"jk".includes(key))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  action();
}, { capture: true });

review.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const row = event.target.closest(".row");
  if (row) { event.preventDefault(); open(row); }
  const step = event.target.closest('[data-act="next"], [data-act="previous"]');
  if (step) { event.preventDefault(); walk(step.dataset.act === "next" ? 1 : -1); }
  if (event.target.closest("#help-button")) document.getElementById("help").showModal();
});

// The second press of a double click would meet the next pair, which nobody has read.
review.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest(".decide button, #undo button")) event.preventDefault();
});

// One after the other: two quick keys make two decisions, in their order.
review.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== "post" || !button || form.id === "list") return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  busy = busy.then(() => send(form, button));
});

// The open line is seen in the list, also far down: the page itself stays where it is.
function showLine() {
  const list = document.getElementById("list");
  const row = current();
  if (!list || !row) return;
  const [box, line] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  if (line.top < box.top || line.bottom > box.bottom) list.scrollTop += line.top - box.top - box.height / 3;
}

document.getElementById("help-button").hidden = false;
emphasise();
showLine();
fetchAhead(neighbour(1));
