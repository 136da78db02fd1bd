// Tables by keyboard: J and K move from row to row, Enter opens the row's first link (<table data-keys>).
// Elsewhere on the page any button or link with data-key="1" is pressed by that key.
import { typing } from "./find.js";

function move(table, step) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  const link = next && next.querySelector("a[href], button");
  if (link) link.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const table = document.querySelector("table[data-keys]");
  if (table && (key === "j" || key === "k")) {
    event.preventDefault();
    move(table, key === "j" ? 1 : -1);
    return;
  }
  const pressed = /^[a-z0-9]$/.test(key) && document.querySelector(`[data-key="${key}"]:not(:disabled)`);
  if (pressed) {
    event.preventDefault();
    pressed.click();
  }
});
