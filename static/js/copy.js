// <button data-copy="#link" hidden> copies the value of a field; it shows only where this script runs.
async function copy(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Plain http on an intranet has no clipboard of its own.
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const said = document.createElement("span");
  said.className = "sub";
  said.setAttribute("role", "status");
  button.after(" ", said);
  button.addEventListener("click", async () => {
    const done = await copy(document.querySelector(button.dataset.copy));
    said.textContent = done ? "已复制" : "已选中，按 Ctrl+C 复制";
  });
}
