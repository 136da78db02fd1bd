// The side: its pillars fold without us. We keep in sight where one is, and tell the server what it cannot know:
// how many rows this screen has, and which pillars were left open by hand.
const side = document.querySelector(".side");
const NAME = "side";
const YEAR = 365 * 24 * 3600;

function rows() {
  const link = side.querySelector(".fold-in a");
  const pitch = link && link.offsetHeight;
  return pitch ? Math.floor((side.clientHeight - 48) / pitch) : 0;
}

const kept = () => (document.cookie.match(/(?:^|; )side=([^;]*)/) || ["", ""])[1];

function keep(value) {
  if (value !== kept()) document.cookie = `${NAME}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

function measure() {
  // On a narrow screen the side is a strip and says nothing about the office's screen.
  if (window.innerWidth <= 900 || !rows()) return;
  const [, ...chosen] = kept().split(".");
  keep([rows(), ...chosen].join("."));
}

function remember() {
  const open = [...side.querySelectorAll("details[open]:not(.here)")].map((fold) => fold.dataset.fold);
  keep(`${kept().split(".")[0] || rows()}.${open.join(".")}`);
}

function show() {
  const current = side.querySelector("[aria-current]");
  if (!current) return;
  if (side.scrollWidth > side.clientWidth) side.scrollLeft = current.offsetLeft - (side.clientWidth - current.offsetWidth) / 2;
  const [box, its] = [side.getBoundingClientRect(), current.getBoundingClientRect()];
  if (side.scrollHeight > side.clientHeight && (its.bottom > box.bottom || its.top < box.top)) {
    side.scrollTop += its.top - box.top - (side.clientHeight - current.offsetHeight) / 2;
  }
}

if (side && side.querySelector("a")) {
  // "toggle" also comes for what the server opened; a click (or Enter) on the heading is a choice.
  for (const heading of side.querySelectorAll("summary")) heading.addEventListener("click", () => setTimeout(remember));
  measure();
  show();
  window.addEventListener("resize", measure);
}
