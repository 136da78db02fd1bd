// "/" puts the cursor into the search box, unless something is being typed already.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const box = document.querySelector("[data-find]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// What was found while typing goes away with Escape or a click elsewhere.
const forget = () => document.querySelector("#found-now")?.replaceChildren();
document.addEventListener("keydown", (event) => event.key === "Escape" && forget());
document.addEventListener("click", (event) => event.target.closest(".find") || forget());

export function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
