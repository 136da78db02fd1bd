// On a narrow screen a table scrolls inside its card. One without links or buttons must then be reachable by Tab itself.
function mark() {
  for (const table of document.querySelectorAll("table.table")) {
    const scrolls = table.scrollWidth > table.clientWidth + 1 && !table.querySelector("a[href], button, input, select, textarea");
    if (scrolls) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  }
}

// On a phone the navigation is a strip: where one is should be in sight. Only the strip moves, not the page.
const strip = document.querySelector(".side");
const current = strip && strip.querySelector("[aria-current]");
if (current && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;

mark();
window.addEventListener("resize", mark);
document.addEventListener("htmx:afterSettle", mark);
