// On a narrow screen a table scrolls inside its card. One without links or buttons must then be reachable by Tab itself.
function mark() {
  for (const table of document.querySelectorAll("table.table")) {
    const scrolls = table.scrollWidth > table.clientWidth + 1 && !table.querySelector("a[href], button, input, select, textarea");
    if (scrolls) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  }
}

mark();
window.addEventListener("resize", mark);
document.addEventListener("htmx:afterSettle", mark);
