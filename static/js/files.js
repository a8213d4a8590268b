// Shows what was chosen in a file field: name, size and, for pictures, the picture.

function size(bytes) {
  const [number, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
}

function line(file) {
  const row = document.createElement("li");
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    const reader = new FileReader();
    picture.alt = "";
    // A data URL: the content policy allows no blob.
    reader.addEventListener("load", () => { picture.src = reader.result; });
    reader.readAsDataURL(file);
    row.append(picture);
  }
  const name = document.createElement("bdi");
  const weight = document.createElement("span");
  name.textContent = file.name;
  weight.className = "small soft nowrap";
  weight.textContent = size(file.size);
  row.append(name, weight);
  return row;
}

for (const list of document.querySelectorAll("[data-files-for]")) {
  const field = document.getElementById(list.dataset.filesFor);
  field.addEventListener("change", () => list.replaceChildren(...[...field.files].map(line)));
}
