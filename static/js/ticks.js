// A long list of boxes to tick: a field above it narrows it to what is typed; what is ticked stays in sight and is said in words.
// Without script the whole list stands there.
const plain = (text) => text.toLowerCase().replace(/\s+/g, "");

function wake(input) {
  const list = document.getElementById(input.dataset.narrows);
  if (!list || !input.hidden) return;
  const said = document.createElement("p");
  said.className = "sub mt-1";
  said.setAttribute("role", "status");
  list.after(said);
  const rows = [...list.querySelectorAll("label.tick")].map((label) => ({ label, box: label.querySelector("input"), text: plain(label.textContent) }));
  const name = (row) => row.label.textContent.trim().split("，")[0];
  const show = () => {
    const typed = plain(input.value);
    let found = 0;
    for (const row of rows) {
      const fits = row.text.includes(typed);
      if (fits) found += 1;
      row.label.hidden = !fits && !row.box.checked;
    }
    const ticked = rows.filter((row) => row.box.checked);
    const chosen = ticked.length ? `已选 ${ticked.length} 项：${ticked.slice(0, 6).map(name).join("、")}${ticked.length > 6 ? "……" : ""}` : "还没有选";
    said.textContent = typed ? `${found ? `找到 ${found} 项` : "没有找到，换几个字"}；${chosen}` : chosen;
  };
  input.hidden = false;
  input.addEventListener("input", show);
  // Enter ticks the only one that is left; it never sends the form.
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const left = rows.filter((row) => !row.label.hidden && !row.box.checked);
    if (plain(input.value) && left.length === 1) {
      left[0].box.checked = true;
      input.value = "";
      show();
    }
  });
  list.addEventListener("change", show);
  show();
}

function wakeAll(root) {
  for (const input of root.querySelectorAll("input[data-narrows]")) wake(input);
}

wakeAll(document);
document.addEventListener("htmx:load", (event) => wakeAll(event.detail.elt));
