// A field can be dragged onto a column of an unknown table; the select beside it does the same for the keyboard.
const columnAt = (event) => event.target.closest && event.target.closest("tr[data-column]");

document.addEventListener("dragstart", (event) => {
  const field = event.target.closest && event.target.closest("[data-field]");
  if (field) event.dataTransfer.setData("application/x-field", field.dataset.field);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const column = columnAt(event);
    if (!column || !event.dataTransfer.types.includes("application/x-field")) return;
    event.preventDefault();
    column.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const select = column.querySelector("select");
    select.value = event.dataTransfer.getData("application/x-field");
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  const column = columnAt(event);
  if (column) column.querySelector("[data-why]").textContent = "您选的";
});
