// What every page needs. The pages work without it.

// Menus made of <details> do not close by themselves; popovers do.
function closeMenus(except) {
  for (const open of document.querySelectorAll("details[open]:has(> .menu)")) {
    if (!open.contains(except)) open.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[open]:has(> .menu)");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector('[data-key="/"]');
    if (search?.checkVisibility?.()) {
      event.preventDefault();
      search.focus();
    }
  }
});

// A second press on a slow line must not send the form twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "get") return;
  const button = event.submitter;
  if (!button || button.dataset.again !== undefined) return;
  // After the form's data is collected: a disabled button would not be sent.
  setTimeout(() => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
  });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll('button[aria-busy="true"]')) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});

// Forms that ask for it (data-guard) warn before what was typed is left behind.
let touched = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) touched = form;
});
document.addEventListener("submit", (event) => {
  if (event.target === touched) touched = null;
});
addEventListener("beforeunload", (event) => {
  if (touched) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (!all) return;
  for (const box of all.closest("table").querySelectorAll('tbody input[type="checkbox"]')) box.checked = all.checked;
});

document.querySelector("[data-focus]")?.focus();
document.querySelector(".place [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
