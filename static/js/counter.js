// Says how many characters are left once a text comes near its limit. Nothing is cut off:
// the server refuses what is too long and gives the text back.

const NEAR = 0.1;
const PAUSE_MS = 400;

for (const line of document.querySelectorAll("[data-limit]")) {
  const field = document.getElementById(line.dataset.limitFor);
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const limit = Number(line.dataset.limit);
  const before = line.textContent;
  let timer = 0;
  line.setAttribute("role", "status");

  const say = () => {
    // Code points, as the server counts them; blanks at both ends are not kept.
    const left = limit - [...field.value.trim()].length;
    const words = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = left > limit * NEAR ? before : words.replace("{count}", numbers.format(Math.abs(left)));
    line.classList.toggle("over", left < 0);
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(say, PAUSE_MS);
  });
  say();
}
