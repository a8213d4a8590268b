// Long work, looked at every second: fills the bar and goes to the result when it ends.

const EVERY_MS = 1000;

async function look(panel) {
  let wait = EVERY_MS;
  try {
    const answer = await fetch(panel.dataset.progressUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const work = await answer.json();
    panel.querySelector("[data-progress-message]").textContent = work.message;
    panel.querySelector("[data-progress-count]").textContent = work.total ? `${work.done} / ${work.total}` : "";
    panel.querySelector("[data-progress-bar]").value = work.percent;
    if (work.href) {
      location.assign(work.href);
      return;
    }
    if (["done", "failed", "cancelled"].includes(work.state)) {
      location.reload();
      return;
    }
  } catch {
    // A poor line: ask again, less often.
    wait = 5 * EVERY_MS;
  }
  setTimeout(() => look(panel), wait);
}

for (const panel of document.querySelectorAll("[data-progress-url]")) look(panel);
